import MILBags
import UserInput

/// The variables of a MAT-file: of MATLAB 5, compressed or not, of either byte order, or of MATLAB 7.3 (HDF5).
///
/// Source: The MathWorks, MAT-file format, MATLAB documentation (level 5 MAT-file format).
package struct MATFile: Sendable {
  /// The file's name, for errors.
  package let file: String
  /// The variables in the order of the file.
  package let variables: [(name: String, value: MATValue)]

  /// Reads all variables.
  ///
  /// - Parameters:
  ///   - bytes: the file's content.
  ///   - file: its name, for errors.
  ///   - encoding: the encoding of single-byte texts; without it, UTF-8 if the file declares that.
  /// - Throws: `ReadError` at the byte that violates the format.
  package init(bytes: [UInt8], file: String, encoding: ReadOptions.Encoding? = nil) throws {
    self.file = file
    guard bytes.count >= 128, Self.hasMATHeader(bytes) else {
      throw ReadError(
        file: file, at: .byte(0), found: ReadError.quoted(bytes.prefix(24)),
        expected: "the header of a MATLAB 5 or 7.3 MAT-file")
    }
    if bytes.starts(with: Array("MATLAB 7.3".utf8)) {
      #if HDF5
        var reader = HDF5Variables(try HDF5Image(bytes, file: file))
        variables = try reader.all()
        return
      #else
        throw ReadError(
          file: file, at: .byte(0), found: "a MATLAB 7.3 file (HDF5)",
          expected: HDF5File.leftOut + ", or one that MATLAB saves with -v7")
      #endif
    }
    let order = [bytes[126], bytes[127]]
    guard order == Array("IM".utf8) || order == Array("MI".utf8) else {
      throw ReadError(file: file, at: .byte(126), found: ReadError.quoted(order), expected: "\"IM\" or \"MI\"")
    }
    let isBigEndian = order == Array("MI".utf8)
    var reader = MATReader(bytes: bytes, isBigEndian: isBigEndian, file: file, elementStart: nil)
    reader.encoding = encoding
    var variables: [(name: String, value: MATValue)] = []
    var budget = Inflate.limit(forCompressed: bytes.count)
    var position = 128
    while position < bytes.count {
      let start = position
      let element = try reader.element(at: &position, end: bytes.count)
      var variable: (name: String, value: MATValue)?
      switch element.type {
      case MATReader.matrixType:
        variable = try reader.matrix(element.data, depth: 0)
      case MATReader.compressedType:
        let content = try Inflate.unpack(bytes, range: element.data, wrapping: .zlib, limit: budget, file: file)
        budget -= content.count
        var inner = MATReader(bytes: content, isBigEndian: isBigEndian, file: file, elementStart: start)
        inner.encoding = encoding
        var innerPosition = 0
        let innerElement = try inner.element(at: &innerPosition, end: content.count)
        if innerElement.type == MATReader.matrixType { variable = try inner.matrix(innerElement.data, depth: 0) }
      default:
        // The top level may have elements of other types; they are not variables.
        break
      }
      // A nameless array holds the workspace of function handles.
      if let variable, !variable.name.isEmpty { variables.append(variable) }
    }
    self.variables = variables
  }

  /// Whether a file begins with the text that MATLAB 5 and later write.
  package static func hasMATHeader(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: Array("MATLAB 5.0 MAT-file".utf8)) || bytes.starts(with: Array("MATLAB 7.3 MAT-file".utf8))
  }

  /// The variable with this name; nil if there is none.
  package subscript(name: String) -> MATValue? {
    variables.first { $0.name == name }?.value
  }

  /// All variables with class and size, for errors.
  package var summary: String {
    variables.isEmpty
      ? "no variables" : variables.prefix(8).map { "\($0.name) (\($0.value.summary))" }.joined(separator: ", ")
  }
}
