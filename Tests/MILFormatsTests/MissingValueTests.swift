import LinearAlgebra
import MILBags
import MILFormats
import MILRecords
import TestSupport
import Testing
import UserInput

@Suite("Missing features")
struct MissingValueTests {
  private static func read(_ text: String, _ missing: ReadOptions.MissingValues?) throws -> BagDataset {
    var options = ReadOptions.automatic
    options.missing = missing
    return try Fixture.withFile(Array(text.utf8)) { try BagReader.read($0, options: options) }.dataset
  }

  private static let arff = """
    @relation r
    @attribute bag string
    @attribute f numeric
    @attribute g numeric
    @attribute label {0,1}
    @data

    """
  private static let texts = [
    "bag,label,f,g\na,1,,2\na,1,1,3\nb,0,5,6\n", "bag,label,f,g\na,1,NA,2\na,1,1,3\nb,0,5,6\n",
    "bag,label,f,g\na,1,<null>,2\na,1,1,3\nb,0,5,6\n", "bag;label;g;f\na;1;2;\na;1;3;1\nb;0;6;5\n",
    "1,1,nan,2\n1,1,1,3\n0,2,5,6\n",
    arff + "a,?,2,1\na,1,3,1\nb,5,6,0\n", "0:a:1 1:nan 2:2\n1:a:1 1:1 2:3\n2:b:-1 1:5 2:6\n",
  ]

  @Test("Numbers as targets stay with their bags, whatever is left out")
  func targets() throws {
    for (missing, count) in [(ReadOptions.MissingValues.dropInstances, 3), (.dropColumns, 4)] {
      var options = ReadOptions.automatic
      (options.missing, options.task) = (missing, .number)
      for text in [
        "bag,label,f,g\na,1.5,,2\na,1.5,1,3\nb,-2.25,5,6\nc,4,7,8\n",
        "bag;label;f;g\na;1.5;;2\na;1.5;1;3\nb;-2.25;5;6\nc;4;7;8\n",
      ] {
        let bags = try Fixture.withFile(Array(text.utf8)) { try BagReader.read($0, options: options) }.dataset
        #expect(bags.targets == .numbers([1.5, -2.25, 4]) && bags.instanceCount == count)
      }
    }
  }

  @Test("Nothing is done about them unasked: the error names the option", arguments: texts)
  func refused(text: String) throws {
    for choice in [nil, ReadOptions.MissingValues.refuse] {
      let error = #expect(throws: ReadError.self) { try Self.read(text, choice) }
      #expect(error?.description.contains("--missing drop-instances, drop-columns or mean") == true)
      #expect(error?.place != nil)
    }
  }

  @Test("Instances or features that have one are left out, or they wait for means", arguments: texts)
  func leftOut(text: String) throws {
    let rows = try Self.read(text, .dropInstances)
    #expect(try rows.instanceCount == 2 && rows.bagCount == 2 && rows.featureCount == 2 && !rows.hasMissingValues)
    let columns = try Self.read(text, .dropColumns)
    #expect(columns.instances.elements == [2, 3, 6])
    let means = try Self.read(text, .mean)
    #expect(try means.hasMissingValues && means.instanceCount == 3 && means.featureCount == 2)
    #expect(try means.fingerprint == Self.read(text, .mean).fingerprint)
    for dataset in [rows, columns, means] {
      #expect(dataset.reading?.decisions.contains { $0.subject == .missing } == true)
    }
  }

  @Test("A bag that loses all its instances, and a set that loses all its features, are errors")
  func nothingLeft() throws {
    let bag = #expect(throws: ReadError.self) { try Self.read("bag,label,f\na,1,\nb,0,1\n", .dropInstances) }
    #expect(bag?.description.contains("bag a") == true)
    let set = #expect(throws: ReadError.self) { try Self.read("bag,label,f\na,1,?\nb,0,1\n", .dropColumns) }
    #expect(set?.description.contains("each of the 1 features") == true)
  }

  @Test("Infinities and words are no missing values", arguments: ["inf", "-Infinity", "none?", "x"])
  func others(value: String) throws {
    #expect(throws: ReadError.self) { try Self.read("bag,label,f\na,1,\(value)\nb,0,1\n", .mean) }
  }

  @Test("Means over the rows of the fit stand for missing values, then come centre and scale")
  func imputed() {
    // scikit-learn: make_pipeline(SimpleImputer(keep_empty_features=True), StandardScaler()); see Fixtures/imputed.py.
    let training = Matrix<Float>([[1, .nan, 7], [.nan, 2, 7], [4, 6, 7], [.nan, .nan, 7]])
    let standardiser = Standardiser(fittedTo: training, imputes: true)
    #expect(standardiser.fill == [2.5, 4, 7])
    let scaled = standardiser.apply(to: Matrix<Float>([[.nan, 3, .nan], [7, .nan, 7]])).elements
    let expected: [Float] = [0, -0.70710678, 0, 4.24264069, 0, 0]
    #expect(zip(scaled, expected).allSatisfy { abs($0 - $1) < 1e-6 })
    let plain = Standardiser(fittedTo: training, imputes: true, standardises: false)
    #expect(plain.apply(to: Matrix<Float>([[.nan, 3, .nan]])).elements == [2.5, 3, 7])
    #expect(Standardiser(fittedTo: Matrix<Float>([[.nan], [.nan]]), imputes: true).fill == [0])
  }

  /// Returns a matrix of label, bag number and two features in the format of `numpy.save`.
  private static func array(_ rows: [[Double]]) -> [UInt8] {
    var header = "{'descr': '<f8', 'fortran_order': False, 'shape': (\(rows.count), \(rows[0].count)), }"
    header += String(repeating: " ", count: 117 - header.utf8.count) + "\n"
    let values = rows.joined().flatMap { value in withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) } }
    return [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(header.utf8) + values
  }

  @Test("A NumPy matrix may have them too")
  func numPy() throws {
    let file = Self.array([[1, 1, .nan, 2], [1, 1, 1, 3], [0, 2, 5, 6]])
    func read(_ missing: ReadOptions.MissingValues?) throws -> BagDataset {
      var options = ReadOptions.automatic
      options.missing = missing
      return try Fixture.withFile(file, named: "bags.npy") { try BagReader.read($0, options: options) }.dataset
    }
    let error = #expect(throws: ReadError.self) { try read(nil) }
    #expect(error?.description.contains("--missing drop-instances, drop-columns or mean") == true)
    #expect(try read(.mean).hasMissingValues && read(.dropInstances).instanceCount == 2)
    #expect(try read(.dropColumns).instances.elements == [2, 3, 6])
  }

  private static let coded = [
    "bag,label,f,g\na,1,-999,2\na,1,1,3\nb,0,5,6\n", "1,1,-999,2\n1,1,1,3\n0,2,5,6\n",
    arff + "a,-999,2,1\na,1,3,1\nb,5,6,0\n", "0:a:1 1:-999 2:2\n1:a:1 1:1 2:3\n2:b:-1 1:5 2:6\n",
  ]

  @Test(
    "A number far from all others that programs write for none is noted, and taken for none if told", arguments: coded)
  func codes(text: String) throws {
    let plain = try Self.read(text, nil)
    let note = try #require(plain.reading?.decisions.first { $0.subject == .missing }).line
    #expect(note.contains("-999 is taken as a number") && note.contains("--missing-code -999"))
    #expect(plain.instances.elements.contains(-999))
    func read(_ missing: ReadOptions.MissingValues?, _ code: Double) throws -> BagDataset {
      var options = ReadOptions.automatic
      (options.missing, options.missingCodes) = (missing, [code])
      return try Fixture.withFile(Array(text.utf8)) { try BagReader.read($0, options: options) }.dataset
    }
    let error = #expect(throws: ReadError.self) { try read(nil, -999) }
    #expect(error?.description.contains("1 missing values, written -999, the first in instance 1") == true)
    #expect(try read(.dropInstances, -999).instanceCount == 2)
    #expect(try read(.mean, -999).hasMissingValues && !read(.mean, -998).hasMissingValues)
    #expect(try read(.dropColumns, -999).reading?.options.missingCodes == [-999])
  }

  @Test("Numbers in a row of others are no codes")
  func noCodes() throws {
    for text in [
      "bag,label,f\na,1,-999\na,1,-500\nb,0,0\nb,0,500\n", "bag,label,f\na,1,999\nb,0,998\nb,0,1\n",
      "bag,label,f\na,1,-1\nb,0,100\n", "bag,label,f\na,1,999\nb,0,999\n",
    ] {
      #expect(try Self.read(text, nil).reading?.decisions.contains { $0.subject == .missing } == false)
    }
  }

  @Test("A kept model's reading leaves out the features that training left out, by name or by place")
  func keptDropped() throws {
    let files = [
      ("bag,label,f,g\na,1,,2\na,1,1,3\nb,0,5,6\n", "bag,label,f,g\nc,1,7,8\nd,0,,9\n"),
      ("1,1,nan,2\n1,1,1,3\n0,2,5,6\n", "1,1,7,8\n0,2,nan,9\n"),
    ]
    for (training, test) in files {
      let known = try Self.read(training, .dropColumns)
      var options = try #require(known.reading).options.remembered(features: known.featureNames)
      options.knownLabels = ["0", "1"]
      func read(_ text: String) throws -> BagDataset {
        try Fixture.withFile(Array(text.utf8)) { try BagReader.read($0, options: options) }.dataset
      }
      #expect(try read(test).instances.elements == [8, 9])
      #expect(try read(test.replacing("nan", with: "4")).instances.elements == [8, 9])
      let error = #expect(throws: ReadError.self) { try read(test.replacing(",9", with: ",NA")) }
      #expect(error?.description.contains("--missing drop-instances") == true)
    }
  }

  @Test("Bags that lack a feature throughout are read for a kept model, which has its mean")
  func keptMean() throws {
    let known = try Self.read("bag,label,f,g\na,1,,2\na,1,1,3\nb,0,5,6\n", .mean)
    let options = try #require(known.reading).options.remembered(features: known.featureNames)
    let read = try Fixture.withFile(Array("bag,label,f,g\nc,1,,8\n".utf8)) { try BagReader.read($0, options: options) }
    #expect(try read.dataset.hasMissingValues && read.dataset.featureCount == 2)
  }
}
