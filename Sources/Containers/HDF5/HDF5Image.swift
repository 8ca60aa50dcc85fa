import MILBags
import UserInput

#if HDF5
  import CHDF5

  /// The bytes of an HDF5 file in memory, such as one that was packed by gzip, which have passed a trial of libhdf5.
  struct HDF5Image: Sendable {
    let bytes: [UInt8]
    /// The file's name, for errors.
    let file: String
    /// The offset of the signature, from which the file's addresses count.
    let base: Int

    /// Tries bytes.
    ///
    /// - Throws: `ReadError` for a file of another kind, and one that libhdf5 does not get through.
    init(_ bytes: [UInt8], file: String) throws {
      guard let base = HDF5File.base(in: bytes) else {
        throw ReadError(
          file: file, found: "a file that begins with \(ReadError.quoted(bytes.prefix(8)))", expected: "an HDF5 file")
      }
      (self.bytes, self.file, self.base) = (bytes, file, base)
      try HDF5Library.shared.withLock { try HDF5Trial.pass(bytes, file: file, $0) }
    }

    /// Calls `body` with the root group, while the library's lock is held.
    ///
    /// - Throws: `ReadError` for bytes that libhdf5 cannot open.
    func withRoot<Result>(_ body: (_ root: HDF5Handle) throws -> Result) throws -> Result {
      try HDF5Library.shared.withLock { _ in
        try bytes.withUnsafeBytes { buffer in
          var image = chdf5_image(bytes: buffer.baseAddress, count: buffer.count)
          return try withUnsafeMutablePointer(to: &image) { image in
            guard let opened = HDF5Handle(chdf5_open_image(image), H5Fclose),
              let root = HDF5Handle(H5Gopen2(opened.id, "/", chdf5_default), H5Gclose)
            else {
              throw ReadError(
                file: file, found: "an HDF5 file that libhdf5 \(HDF5Library.version) cannot open",
                expected: "a whole file; copy it again where its size differs from the original's")
            }
            // The library reads from the bytes until the file is closed.
            defer { withExtendedLifetime(opened) {} }
            return try body(root)
          }
        }
      }
    }
  }
#endif
