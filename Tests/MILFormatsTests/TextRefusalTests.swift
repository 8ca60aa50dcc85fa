import Foundation
import LinearAlgebra
import MILBags
import MILFormats
import TestSupport
import Testing
import UserInput

@Suite("Refused text")
struct TextRefusalTests {
  private func failure(_ text: String, _ columns: CSVColumns = .automatic, format: BagFormat? = nil) throws -> String {
    try Fixture.withFile(Array(text.utf8)) { file in
      let error = #expect(throws: (any Error).self) { try BagReader.read(file, format: format, columns: columns) }
      let text = try #require(error.map { "\($0)" }).replacingOccurrences(of: file.path + ", ", with: "")
      return text.replacingOccurrences(of: file.path + ": ", with: "")
    }
  }

  private static let columnCases: [(String, CSVColumns, String)] = [
    (
      "Label,Size,Area\na,1,2\n", CSVColumns.automatic,
      "line 1: found no bag column among the columns Label, Size, Area, expected one called bag, bag_id, molecule or the like, the same in all instances of a bag, or --bag-column NAME"
    ),
    (
      "bag,size,area\na,1,2\n", .automatic,
      "line 1: found no label column among the columns bag, size, area, expected one called label, bag_label, class, y or the like, or --label-column NAME; predict and explain take --no-labels where bags have none"
    ),
    (
      "bag,label,class,f\na,1,1,2\n", .automatic,
      "line 1: found 2 label columns among the columns bag, label, class, f, expected one called label, bag_label, class, y or the like, or --label-column NAME; predict and explain take --no-labels where bags have none"
    ),
    (
      "bag,label,f\na,1,2\n", CSVColumns(bag: "bog"),
      "line 1: found no column \"bog\", expected one of the columns bag, label, f, or a position from 1 to 3; did you mean \"bag\"?"
    ),
    (
      "1,a,2\n", CSVColumns(bag: "4"),
      "line 1: found no column \"4\", expected one of 3 columns without names, or a position from 1 to 3"
    ),
    (
      "bag,label,f\na,1,2\n", CSVColumns(bag: "label", label: "2"),
      "line 1: found column \"2\" given for two things, expected different columns"
    ),
    (
      "f,f,label\n1,2,1\n", CSVColumns(bag: "f"),
      "line 1: found 2 columns called \"f\", expected one; #N names a column by its position"
    ),
    (
      "bag,label,x\na,1,2\n", CSVColumns(ignored: ["x"]),
      "line 1: found no column left for features among the columns bag, label, x, expected at least one; --keep-column names it"
    ),
  ]

  @Test(
    "Columns that cannot be told are refused with the columns there are",
    arguments: columnCases)
  func columns(text: String, columns: CSVColumns, message: String) throws {
    #expect(try failure(text, columns) == message)
  }

  private static let valueCases: [(String, String)] = [
    (
      "bag,label,f,g\na,1,,2\n",
      "line 2, field 3: found \"\", expected a finite number in column \"f\"; --ignore-column leaves it out; --missing drop-instances, drop-columns or mean where values are missing"
    ),
    (
      "bag,label,f,g\na,1,2,NA\n",
      "line 2, field 4: found \"NA\", expected a finite number in column \"g\"; --ignore-column leaves it out; --missing drop-instances, drop-columns or mean where values are missing"
    ),
    ("f,g,bag,label\n1,2,a,1\n1,2,b,\n", "line 3, field 4: found \"\", expected a value"),
    (
      "bag,label,f,g\na,1,2\n",
      "line 2: found 3 fields, expected 4 as in the first line; an empty field needs its separator; a line that is no instance is left out by sed '2d' FILE"
    ),
    (
      "bag,label,f,g\na,1,2,\"3\n",
      "line 2, field 4: found a quotation mark without end, expected a closing quotation mark in column \"g\"; --ignore-column leaves it out"
    ),
    ("bag,label,f\n\"a\"b,1,2\n", "line 2, field 1: found \"b,1,2\" after a quoted field, expected a separator"),
    (
      "bag,label,patient,f\n\na,1,\"p\nq\",2\nc,1,r,x\n",
      "line 5, field 4: found \"x\", expected a finite number in column \"f\"; --ignore-column leaves it out"
    ),
    (
      "bag,label,f\n,1,2\n",
      "line 2, field 1: found an empty field, expected a bag id in each line; pandas' ffill() fills the cells that a spreadsheet merged"
    ),
    ("bag,label,f\n", "found no lines below the header, 3 names, expected lines of instances"),
  ]

  @Test(
    "Values that are missing or no numbers are named by line, field and column",
    arguments: valueCases)
  func values(text: String, message: String) throws {
    #expect(try failure(text) == message)
  }

  private static let sparseCases: [(String, String)] = [
    ("0:1:1 1:2\n1:1 1:2\n", "line 2, field 1: found \"1:1\", expected instance:bag:label"),
    (
      "0:1:3 1:2\n",
      "labels: found nothing but label \"3\", expected two labels that say which is positive, such as 1 and 0; --positive NAME takes one against the rest"
    ),
    (
      "0:1:1 2:1 1:1\n",
      "line 1, field 3: found index \"1:1\", expected a whole number from 3 to 2147483647; the indices of a line ascend"
    ),
    (
      "0:1:1 0:1\n",
      "line 1, field 2: found index \"0:1\", expected a whole number from 1 to 2147483647; indices count from 1, as scikit-learn writes with zero_based=False"
    ),
    (
      "0:1:1 1:nan\n",
      "line 1, field 2: found \"1:nan\", expected a finite number as value; --missing drop-instances, drop-columns or mean where values are missing"
    ),
    (
      "0:1:1 1:1e39\n",
      "line 1, field 2: found \"1:1e39\", expected a number within the range of single precision, up to 3.4e38"
    ),
    (
      "0:1:1 1:1\n1:1:-1 1:1\n",
      "line 2, field 1: found label -1 for bag 1, expected 1 as in the bag's first instance; sparse text has labels of bags alone, those of instances need a table with a column instance_label; --no-labels of predict and explain leaves labels unread"
    ),
    ("0:1:1\n", "found no instances with features, expected instance:bag:label index:value"),
    (
      "0:1:1 2000000000:1\n",
      "found 1 instances with features up to number 2000000000, expected no more than 8388614 values in all, or --feature-count"
    ),
  ]

  @Test(
    "Sparse lines are instance:bag:label and ascending index:value",
    arguments: sparseCases)
  func sparse(text: String, message: String) throws {
    #expect(try failure(text, format: .andrews) == message)
  }

  @Test("The number of features of sparse text can be given, and bounds the indices")
  func sparseFeatures() throws {
    let text = "# a comment\n0:x:1 2:5 # behind\n1:y:0\n"
    let dataset = try TextLayoutTests.read(text, featureCount: 3).dataset
    #expect(dataset.instances.elements == [0, 5, 0, 0, 0, 0] && dataset.labels == [1, 0])
    #expect(try TextLayoutTests.read(text).dataset.featureCount == 2)
    let line = try #require(#expect(throws: ReadError.self) { try TextLayoutTests.read(text, featureCount: 1) })
      .description
    #expect(line.contains("a whole number from 1 to 1; --feature-count says 1"), "\(line)")
    for count in [1, 0, -1, Int.max] {
      #expect(throws: ReadError.self) { try TextLayoutTests.read(text, featureCount: count) }
    }
  }

  private static let head = "@relation r\n@attribute id {a,b}\n@attribute x real\n@attribute c {0,1}\n@data\n"
  private static let relational =
    "@relation r\n@attribute id string\n@attribute bag relational\n@attribute x real\n@end bag\n@attribute c {0,1}\n@data\n"

  private static let headerCases: [(String, String)] = [
    ("@relation r\n@attribute x real\n", "found no @data line, expected a header that ends with one"),
    (
      "@relation r\n@attribute x colour\n@data\n",
      "line 2: found the kind \"colour\" of attribute \"x\", expected numeric, real, integer, string, date, relational or a list in braces"
    ),
    (
      "@relation r\n@attribut x real\n",
      "line 2: found \"@attribut\", expected @relation, @attribute, @end, @inputs, @outputs or @data"
    ),
    (
      "@relation r\n@attribute x {a\n",
      "line 2: found a list of names without end or names, expected names separated by commas in braces"
    ),
    (
      "@relation r\n@attribute 'x real\n",
      "line 2: found a quotation mark without end, expected a closing quotation mark"
    ),
    ("@relation r\n@attribute b relational\n@data\n", "line 3: found @data, expected @end before it"),
    ("@relation r\n@end b\n", "line 2: found @end, expected a relational attribute with attributes before it"),
    (head, "found no instances, expected at least one bag"),
    (
      "\(head)a,?,1\n",
      "line 6, field 2: found \"?\", expected a finite number (attribute \"x\"); --missing drop-instances, drop-columns or mean where values are missing"
    ),
    ("\(head)a,1\n", "line 6: found 2 fields, expected 3 as there are attributes"),
    (
      "\(head)a,1,?\n",
      "line 6, field 3: found \"?\", expected a label; bags without one are to be removed, or left unread by --no-labels of predict and explain (attribute \"c\")"
    ),
    ("\(head)a,'1,1\n", "line 6, field 2: found a quotation mark without end, expected a closing quotation mark"),
    ("\(head)a,'1'2,1\n", "line 6, field 2: found \"2,1\" after a quoted value, expected a comma"),
    (
      "\(head){0 a, 7 1}\n",
      "line 6: found \"7 1}\", expected the position of an attribute from 1 to 2, and its value"
    ),
    ("\(head){0 a, 1 2\n", "line 6: found the end of the line, expected a closing brace"),
    (
      "\(relational)a,\"1\\nx\",1\n",
      "line 8, instance 2, field 1: found \"x\", expected a finite number (attribute \"x\")"
    ),
    ("\(relational)a,\"1\\n1,2\",1\n", "line 8, instance 2: found 2 fields, expected 1 as there are attributes"),
    ("\(relational)a,1,1\n", "line 8, field 2: found no text in quotation marks, expected the instances of the bag"),
    ("\(relational)a,\"\",1\n", "line 8: found no instances, expected at least one in the bag"),
    (
      "\(relational)a,\"1\",1\na,\"2\",0\n",
      "line 9: found a second row of bag \"a\", whose instances are in line 8, expected one row for each bag, with all its instances; bags that are several need ids of their own"
    ),
  ]

  @Test(
    "ARFF that breaks its own declarations is refused",
    arguments: headerCases)
  func arff(text: String, message: String) throws {
    #expect(try failure(text) == message)
  }

  @Test("Nominal features are positions, sparse lines default to 0, and quoted names may hold anything")
  func arffValues() throws {
    let header =
      "@relation 'a b'\n@attribute 'bag id' {'x\\'y',z}\n@attribute colour {red, 'dark blue', green}\n"
      + "@attribute size real\n@attribute class {no,yes}\n@data\n"
    let dense = try TextLayoutTests.read(header + "'x\\'y','dark blue',1.5,no\nz, green, 2 ,yes\n")
    #expect(dense.format == .arff && dense.dataset.instances.elements == [1, 1.5, 2, 2])
    #expect(dense.dataset.bagNames == ["x'y", "z"] && dense.dataset.labels == [0, 1])
    #expect(dense.dataset.featureNames == ["colour", "size"])
    let sparse = try TextLayoutTests.read(header + "{1 'dark blue', 2 1.5}\n{0 z,1 green,2 2,3 yes}\n")
    #expect(sparse.dataset == dense.dataset)
    #expect(try failure(header + "z,blue,1,no\n").contains("found \"blue\", expected one of the names declared"))
  }

  @Test("Columns are refused where the layout has none, and count by position where it has no names")
  func fixedColumns() throws {
    let message = try failure("0:a:1 1:2\n", CSVColumns(bag: "2"))
    #expect(
      message.hasPrefix("found --bag-column, of which the layout andrews-svm has no use, expected a call without"))
    let dataset = try TextLayoutTests.read("1,a,2,p\n0,b,3,q\n", format: .labelBagCSV, columns: CSVColumns(group: "4"))
    #expect(dataset.dataset.groups == ["p", "q"] && dataset.dataset.featureCount == 1)
  }
}
