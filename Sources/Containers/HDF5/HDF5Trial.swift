import Foundation
import MILBags
import UserInput

#if HDF5
  import CHDF5Trial

  /// A trial of libhdf5 on a file in another process, before this one opens it: the library crashes on some damaged
  /// files.
  ///
  /// The process goes through the file as the readers here do. It costs a few milliseconds.
  enum HDF5Trial {
    /// Tries a file on disk.
    ///
    /// - Throws: `ReadError` for a file that libhdf5 does not get through.
    static func pass(_ path: String, _ access: borrowing HDF5Library.Access) throws {
      var number: Int32 = 0
      try check(hdf5_trial(path, nil, 0, &number), number, file: path)
    }

    /// Tries a file in memory.
    ///
    /// - Throws: `ReadError` for a file that libhdf5 does not get through.
    static func pass(_ bytes: [UInt8], file: String, _ access: borrowing HDF5Library.Access) throws {
      var number: Int32 = 0
      let outcome = bytes.withUnsafeBytes { hdf5_trial(nil, $0.baseAddress, $0.count, &number) }
      try check(outcome, number, file: file)
    }

    static func check(_ outcome: hdf5_trial_outcome, _ number: Int32, file: String) throws {
      let library = "libhdf5 \(HDF5Library.version)"
      let found: String
      switch outcome {
      case HDF5_TRIAL_PASSED: return
      case HDF5_TRIAL_IMPOSSIBLE:
        throw ReadError(
          file: file, found: "no process to try \(library) in: \(String(cString: strerror(number)))",
          expected: "one, since the library crashes on some damaged files: end other programs, or raise the limits of "
            + "processes and memory")
      case HDF5_TRIAL_SLOW: found = "a file that \(library) does not get through in \(number) s"
      case HDF5_TRIAL_LARGE: found = "a file for which \(library) asks for more than \(number) MiB of memory"
      default: found = "a file on which \(library) crashes (\(String(cString: strsignal(number))))"
      }
      throw ReadError(
        file: file, found: found,
        expected: "a whole HDF5 file: copy or download it again, or write its arrays anew, as h5py does")
    }
  }
#endif
