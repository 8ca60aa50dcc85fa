import MILBags

extension ForeignFile {
  /// Files of images and measurements: the name, the marks, and the way to convert them.
  private struct Marked: Sendable {
    let name: String
    /// The marks, each with its byte offset.
    let marks: [Mark]
    let wayOut: String
  }

  private static let features =
    "features of instances, such as numbers of each patch or region that another program takes from it: a table with one "
    + "instance a line, or a file of features a slide"

  /// Bytes at an offset that mark a kind of file.
  private struct Mark: Sendable {
    let offset: Int
    let bytes: [UInt8]

    init(_ text: String, _ rest: UInt8..., at offset: Int = 0) {
      self.offset = offset
      bytes = Array(text.utf8) + rest
    }
  }

  private static let marked: [Marked] = [
    Marked(name: "a PNG picture", marks: [Mark("PNG\r\n", at: 1)], wayOut: features),
    Marked(name: "a JPEG picture", marks: [Mark("", 0xff, 0xd8, 0xff)], wayOut: features),
    Marked(name: "a JPEG 2000 picture", marks: [Mark("jP  ", at: 4)], wayOut: features),
    Marked(name: "a GIF picture", marks: [Mark("GIF87a"), Mark("GIF89a")], wayOut: features),
    Marked(
      name: "a TIFF picture, as slides are (.tif, .svs, .ndpi, .scn)",
      marks: [Mark("II*", 0), Mark("MM", 0, 0x2a), Mark("II+", 0, 8), Mark("MM", 0, 0x2b, 0, 8)], wayOut: features),
    Marked(name: "a slide of Zeiss (.czi)", marks: [Mark("ZISRAWFILE")], wayOut: features),
    Marked(name: "a DICOM file", marks: [Mark("DICM", at: 128)], wayOut: features),
    Marked(name: "a NIfTI volume", marks: [Mark("n+1", 0, at: 344), Mark("ni1", 0, at: 344)], wayOut: features),
    Marked(name: "an NRRD volume", marks: [Mark("NRRD0")], wayOut: features),
    Marked(
      name: "cells of a cytometer (.fcs)", marks: [Mark("FCS2.0"), Mark("FCS3.0"), Mark("FCS3.1"), Mark("FCS3.2")],
      wayOut: "a table with one cell a line and a column that says the sample, as flowio or fcsparser gives it"),
    Marked(
      name: "an SPSS file (.sav)", marks: [Mark("$FL2"), Mark("$FL3")],
      wayOut: table + "pandas.read_spss(FILE).to_csv('bags.csv', index=False)"),
    Marked(
      name: "a Stata file (.dta)", marks: [Mark("<stata_dta>")] + oldStata,
      wayOut: table + "pandas.read_stata(FILE).to_csv('bags.csv', index=False)"),
    Marked(
      name: "a SAS file (.sas7bdat)",
      marks: [Mark("", 0xc2, 0xea, 0x81, 0x60, 0xb3, 0x14, 0x11, 0xcf, 0xbd, 0x92, 8, 0, at: 12)],
      wayOut: table + "pandas.read_sas(FILE, encoding='utf-8').to_csv('bags.csv', index=False)"),
    Marked(
      name: "a SAS transport file (.xpt)", marks: [Mark("HEADER RECORD*******LIB")],
      wayOut: table + "pandas.read_sas(FILE, format='xport', encoding='utf-8').to_csv('bags.csv', index=False)"),
    Marked(
      name: "an Avro file", marks: [Mark("Obj", 1)],
      wayOut: table + "pandas.DataFrame(fastavro.reader(open(FILE, 'rb'))).to_csv('bags.csv', index=False)"),
    Marked(
      name: "a serialised Java object, such as a model or instances of Weka", marks: [Mark("", 0xac, 0xed, 0, 5)],
      wayOut: "ARFF, as Weka saves instances"),
    Marked(name: "a document in RTF", marks: [Mark("{\\rtf")], wayOut: "a file of bags, such as a table saved as CSV"),
    Marked(
      name: "a PostScript document", marks: [Mark("%!PS")], wayOut: "a file of bags, such as a table saved as CSV"),
  ]

  /// Stata's versions 4 to 12: the version, the byte order, a 1 and a 0.
  private static let oldStata: [Mark] = [0x69, 0x6c, 0x6e, 0x6f, 0x71, 0x72, 0x73].flatMap { version in
    [Mark("", version, 1, 1, 0), Mark("", version, 2, 1, 0)]
  }

  /// Refuses images, slides and files of statistics programs by their marks.
  ///
  /// - Throws: ``ReadError`` with the kind of the file, and the way to convert it.
  static func refuseMarked(_ bytes: [UInt8], file: String) throws {
    for kind in marked
    where kind.marks.contains(where: { bytes.count >= $0.offset && bytes[$0.offset...].starts(with: $0.bytes) }) {
      throw ReadError(file: file, found: kind.name, expected: kind.wayOut)
    }
  }
}
