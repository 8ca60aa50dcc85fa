import MILBags
import UserInput

/// The bytes of an HDF5 file in memory, such as one that was packed by gzip.
struct HDF5Image: Sendable {
  let bytes: [UInt8]
  /// The file's name, for errors.
  let file: String

  /// The offset of the signature, from which the file's addresses count; nil for other files.
  var base: Int? { HDF5File.beginnings.first { bytes.dropFirst($0).starts(with: HDF5File.signature) } }
}

#if HDF5
  import CHDF5

  extension HDF5Image {
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
