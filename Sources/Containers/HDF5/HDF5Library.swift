import Foundation
import MILBags
import UserInput

#if HDF5
  import CHDF5Description

  /// libhdf5 in another process, which describes a file: it crashes on some damaged files. This one never calls it.
  ///
  /// The process costs a few milliseconds, and more in a program that uses gigabytes of memory.
  enum HDF5Library {
    /// The version of the library.
    static var version: String { String(cString: hdf5_version()) }

    /// Describes a file on disk.
    ///
    /// - Throws: `ReadError` for a file that libhdf5 does not get through or cannot open.
    static func describe(_ path: String) throws -> HDF5Description {
      try description(of: path) { hdf5_describe(path, nil, 0, $0, $1, $2) }
    }

    /// Describes a file in memory.
    ///
    /// - Throws: `ReadError` for a file that libhdf5 does not get through or cannot open.
    static func describe(_ bytes: [UInt8], file: String) throws -> HDF5Description {
      try description(of: file) { description, length, number in
        bytes.withUnsafeBytes { hdf5_describe(nil, $0.baseAddress, $0.count, description, length, number) }
      }
    }

    private static func description(
      of file: String,
      _ describe: (
        UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>, UnsafeMutablePointer<Int>, UnsafeMutablePointer<Int32>
      ) -> hdf5_outcome
    ) throws -> HDF5Description {
      var (description, length, number): (UnsafeMutablePointer<UInt8>?, Int, Int32) = (nil, 0, 0)
      let outcome = describe(&description, &length, &number)
      defer { free(description) }
      try check(outcome, number, file: file)
      var parser = HDF5DescriptionParser([UInt8](UnsafeBufferPointer(start: description, count: length)))
      do {
        return try parser.description()
      } catch HDF5DescriptionParser.Problem.notOpen {
        throw ReadError(
          file: file, found: "an HDF5 file that libhdf5 \(version) cannot open",
          expected: "a whole file; copy it again where its size differs from the original's")
      } catch {
        try check(HDF5_WRONG, 0, file: file)
        throw error
      }
    }

    static func check(_ outcome: hdf5_outcome, _ number: Int32, file: String) throws {
      let library = "libhdf5 \(version)"
      let found: String
      switch outcome {
      case HDF5_DESCRIBED: return
      case HDF5_IMPOSSIBLE:
        throw ReadError(
          file: file, found: "no process to try \(library) in: \(String(cString: strerror(number)))",
          expected: "one, since the library crashes on some damaged files: end other programs, or raise the limits of "
            + "processes and memory")
      case HDF5_SLOW: found = "a file that \(library) does not get through in \(number) s"
      case HDF5_LARGE: found = "a file for which \(library) asks for more than \(number) MiB of memory"
      case HDF5_CRASHED: found = "a file on which \(library) crashes (\(String(cString: strsignal(number))))"
      default: found = "a file of which \(library) gives no description that makes sense"
      }
      throw ReadError(
        file: file, found: found,
        expected: "a whole HDF5 file: copy or download it again, or write its arrays anew, as h5py does")
    }
  }
#endif
