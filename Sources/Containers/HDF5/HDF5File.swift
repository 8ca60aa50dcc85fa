import Foundation
import MILBags
import UserInput

/// HDF5, including MATLAB's files of version 7.3: datasets by their paths.
///
/// libhdf5 crashes on some damaged files, so it runs in another process, which describes the file. Contiguous datasets
/// without filters are mapped. Chunks are unpacked here of deflate, shuffle and fletcher32; numbers in headers are part
/// of the description. Soft and external links, data in other files, other filters and non-numeric types
/// are refused by name. MATLAB stores the columns of a matrix one after the other, which HDF5 takes for rows. Its
/// arrays are therefore transposed, so that rows and columns are those that MATLAB shows. Scalar attributes, and short
/// lists, become texts; texts of variable length are left out.
package struct HDF5File: ArrayContainer {
  static let signature: [UInt8] = [0x89] + Array("HDF\r\n".utf8) + [0x1a, 0x0a]
  /// The offsets at which a file may begin, after another program's user block; MATLAB's has 512 bytes.
  static let beginnings = [0, 512, 1024, 2048]

  /// The container's id.
  package var id: String { "hdf5" }
  /// The kind of file in a few words.
  package var summary: String { "HDF5 (.h5)" }
  /// The name extensions.
  package var extensions: [String] { ["h5", "hdf5", "mat"] }

  /// Creates the container.
  package init() {}

  /// Whether a file has the HDF5 signature, at its beginning or after a user block.
  package func recognises(_ head: FileHead) -> Bool {
    Self.beginnings.contains { head.bytes($0..<($0 + 8)) == Self.signature }
  }

  /// Whether bytes have the signature.
  package static func hasSignature(_ bytes: [UInt8]) -> Bool { base(in: bytes) != nil }

  /// Returns the offset of the signature; nil for other files.
  static func base(in bytes: [UInt8]) -> Int? { beginnings.first { bytes.dropFirst($0).starts(with: signature) } }

  /// Opens a file; the attributes of its root group are those of the file.
  package func open(_ url: URL) throws -> ArrayFile {
    #if HDF5
      let content = try FileContent(url, expected: "an HDF5 file")
      let isMATLAB = content.prefix(128).starts(with: Array("MATLAB 7.3".utf8))
      var listing = HDF5Listing(content, isMATLAB: isMATLAB)
      try listing.fill()
      let notes =
        isMATLAB ? ["MATLAB's arrays are turned: rows and columns are those that MATLAB shows"] : []
      return ArrayFile(
        url, container: id, arrays: listing.arrays, refused: listing.refused, attributes: listing.attributes,
        notes: notes)
    #else
      throw ReadError(
        file: url.path, found: "an HDF5 file", expected: Self.leftOut)
    #endif
  }

  package static let leftOut =
    "a build with HDF5, which this one leaves out: build without --disable-default-traits, or save the arrays as .npy"
}
