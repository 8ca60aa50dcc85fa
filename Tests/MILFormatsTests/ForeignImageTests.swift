import MILBags
import MILFormats
import TestSupport
import Testing
import UserInput

@Suite("Pictures, slides and files of statistics programs")
struct ForeignImageTests {
  private static func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }

  private static let cases: [([UInt8], String, String)] = [
    ([0x89] + Array("PNG\r\n".utf8) + [0x1a, 0x0a] + zeros(40), "PNG picture", "features of instances"),
    ([0xff, 0xd8, 0xff, 0xe0, 0, 0x10] + Array("JFIF".utf8) + zeros(40), "JPEG picture", "features of instances"),
    (Array("II*".utf8) + zeros(40), "TIFF picture", ".svs"),
    (Array("MM".utf8) + [0, 0x2a] + zeros(40), "TIFF", "patch"),
    (Array("II+".utf8) + [0, 8] + zeros(40), "TIFF picture", "features of instances"),
    (zeros(128) + Array("DICM".utf8) + zeros(40), "DICOM", "features of instances"),
    (zeros(344) + Array("n+1".utf8) + zeros(40), "NIfTI", "features of instances"),
    (Array("FCS3.1    ".utf8) + zeros(40), "cytometer", "one cell a line"),
    (Array("$FL2@(#) SPSS DATA FILE".utf8) + zeros(40), "SPSS", "read_spss"),
    (Array("<stata_dta><header>".utf8) + zeros(40), "Stata", "read_stata"),
    ([0x72, 2, 1, 0] + zeros(80), "Stata", "read_stata"),
    (
      zeros(12) + [0xc2, 0xea, 0x81, 0x60, 0xb3, 0x14, 0x11, 0xcf, 0xbd, 0x92, 8, 0, 9, 0xc7, 0x31] + zeros(40), "SAS",
      "read_sas"
    ),
    (Array("HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!".utf8), "transport", "xport"),
    ([0xac, 0xed, 0, 5] + zeros(40), "Java", "ARFF"),
  ]

  @Test("They are refused by their names, with the way out", arguments: cases)
  func refused(bytes: [UInt8], name: String, wayOut: String) throws {
    let error = try Fixture.withFile(bytes) { file in
      #expect(throws: ReadError.self) { try BagReader.read(file) }?.description ?? ""
    }
    #expect(error.contains(name) && error.contains(wayOut), "\(error)")
  }

  @Test(
    "Text that begins with such letters is text",
    arguments: ["MM,label,f\na,1,2\nb,0,3\n", "bag,label,BM\na,1,2\nb,0,3\n"])
  func text(text: String) throws {
    let loaded = try Fixture.withFile(Array(text.utf8)) { file in
      var options = ReadOptions.automatic
      options.columns.bag = "#1"
      return try BagReader.read(file, options: options)
    }
    #expect(loaded.dataset.bagNames == ["a", "b"])
  }
}
