import MILBags
import UserInput

#if HDF5
  /// The bytes of an HDF5 file in memory, such as one that was packed by gzip, and what libhdf5 finds in them.
  struct HDF5Image: Sendable {
    let bytes: [UInt8]
    /// The file's name, for errors.
    let file: String
    /// The offset of the signature, from which the file's addresses count.
    let base: Int
    let description: HDF5Description

    /// Describes bytes.
    ///
    /// - Throws: `ReadError` for a file of another kind, and one that libhdf5 does not get through.
    init(_ bytes: [UInt8], file: String) throws {
      guard let base = HDF5File.base(in: bytes) else {
        throw ReadError(
          file: file, found: "a file that begins with \(ReadError.quoted(bytes.prefix(8)))", expected: "an HDF5 file")
      }
      (self.bytes, self.file, self.base) = (bytes, file, base)
      description = try HDF5Library.describe(bytes, file: file)
    }
  }
#endif
