import Testing

@testable import MILFormats

@Suite("Columns as they are written")
struct ColumnReferenceTests {
  @Test("A number after a mark is a position, a text after name: a name, and a plain number either")
  func forms() {
    let (second, named, plain) = (ColumnReference("#2"), ColumnReference("name:2"), ColumnReference("2"))
    #expect(second.isPosition && second.position == 1 && !second.isName)
    #expect(named.isName && named.position == nil && named.name == "2")
    #expect(!plain.isPosition && plain.position == 1 && plain.name == "2")
    #expect(ColumnReference("#tiles").position == nil && ColumnReference("#tiles").name == "#tiles")
    #expect(ColumnReference("#0").position == -1)
  }

  @Test("Names match by their letters, and by letter case first")
  func names() {
    #expect(ColumnReference("Case").places(in: ["case", "Case", "CASE"]) == [1])
    #expect(ColumnReference("name:case_id").places(in: ["x", "Case_ID"]) == [1])
    #expect(ColumnReference("y").places(in: ["x"]).isEmpty)
  }
}

@Suite("Sequences of numbers")
struct NumberSequenceTests {
  @Test("Counts, equal steps and order are found, with decimal points and commas")
  func kinds() {
    #expect(NumberSequence(fields: ["0", "1", "2"])?.counts(from: 5) == true)
    #expect(NumberSequence(fields: ["1", "2", "3"])?.counts(from: 5) == false)
    #expect(NumberSequence(fields: ["1", "2", "3"])?.ascendsEvenly == true)
    #expect(NumberSequence(fields: ["10", "20", "30"])?.ascendsEvenly == false)
    #expect(NumberSequence(fields: ["400,5", "410,5", "420,5", "430,5"])?.ascendsEvenly == true)
    #expect(NumberSequence(fields: ["4", "3", "1"])?.descends == true)
    #expect(NumberSequence(fields: ["4", "5", "7"])?.step == nil)
    #expect(NumberSequence(fields: ["4", "five"]) == nil)
    #expect(NumberSequence([]).step == nil && NumberSequence([]).ascends)
  }
}
