import MILBags
import MILFormats
import TestSupport
import Testing
import UserInput

@Suite("Quoted tables by blanks, and headers that look like something else")
struct TableFormTests {
  private func load(_ text: String, _ change: (inout ReadOptions) -> Void = { _ in }) throws -> LoadedDataset {
    var options = ReadOptions.automatic
    change(&options)
    return try Fixture.withFile(Array(text.utf8)) { try BagReader.read($0, options: options) }
  }

  @Test("R's tables by blanks have quoted ids with blanks, and names of rows")
  func quoted() throws {
    let text =
      "\"bag\" \"label\" \"f1\" \"f2\"\n\"1\" \"Slide s1\" \"no\" 0.1 0.2\n\"2\" \"Slide s1\" \"no\" 0.3 0.4\n"
      + "\"3\" \"Slide s2 of x\" \"yes\" 0.5 0.6\n"
    for text in [
      text, text.replacing(" ", with: "  ").replacing("Slide  s", with: "Slide s").replacing("  of  ", with: " of "),
    ] {
      let dataset = try load(text).dataset
      #expect(dataset.bagNames == ["Slide s1", "Slide s2 of x"] && dataset.labels == [0, 1])
      #expect(dataset.featureNames == ["f1", "f2"])
    }
    let without = "bag label f1 f2\n\"Slide s1\" no 0.1 0.2\n\"Slide s2\" yes 0.3 0.4\n"
    #expect(try load(without).dataset.bagNames == ["Slide s1", "Slide s2"])
  }

  @Test("A header that begins with a brace is no JSON; two lines of names are told as those of a MultiIndex")
  func headers() throws {
    #expect(try load("{bag},label,f\na,1,2\nb,0,3\n") { $0.columns.bag = "{bag}" }.dataset.bagCount == 2)
    let line = try Fixture.failure(
      reading: "id,id,emb,emb\nbag,label,0,1\na,1,2,3\nb,0,3,4\n".replacing(",0,1", with: ",u,v"))
    #expect(line.contains("MultiIndex") && line.contains("tail -n +2 FILE"), "\(line)")
  }
}
