import COpenBLAS
import Foundation

/// The properties of the BLAS library of this process.
package struct BLASLibrary: Sendable, Equatable {
  /// The library's own description of its build, or `reference BLAS` if it has none.
  package let configuration: String
  /// The CPU family of its kernels, for example `SkylakeX`; results may differ between families.
  package let core: String
  /// Whether the library is OpenBLAS.
  package let isOpenBLAS: Bool

  /// Creates the description of a library, for example one read back from a file.
  package init(configuration: String, core: String, isOpenBLAS: Bool) {
    self.configuration = configuration
    self.core = core
    self.isOpenBLAS = isOpenBLAS
  }

  /// A warning for the user if the library is slow, naming the package to install; nil for OpenBLAS.
  package var warning: String? {
    isOpenBLAS
      ? nil
      : "warning: BLAS is not OpenBLAS, training will be many times slower; "
        + "install the package libopenblas-dev (Debian, Ubuntu) or openblas (Homebrew), or run 'make setup'"
  }

  /// The loaded library, limited to one thread per caller from the first ``AlignedStorage`` on.
  ///
  /// The project runs trials in parallel. Inside a step of this size a second thread costs more than it gains, and the
  /// order of a parallel sum would depend on the number of cores.
  package static let current = load()

  /// Limits the library to one thread per caller; only the first call has an effect.
  static func setUp() { _ = current }

  private static func load() -> BLASLibrary {
    // Looked up at run time, since an installation without OpenBLAS has no such symbols to link.
    guard let process = dlopen(nil, RTLD_NOW), let threads = dlsym(process, "openblas_set_num_threads") else {
      return BLASLibrary(configuration: "reference BLAS", core: "unknown", isOpenBLAS: false)
    }
    typealias SetThreads = @convention(c) (Int32) -> Void
    unsafeBitCast(threads, to: SetThreads.self)(1)
    return BLASLibrary(
      configuration: text(of: "openblas_get_config", in: process) ?? "OpenBLAS",
      core: text(of: "openblas_get_corename", in: process) ?? "unknown", isOpenBLAS: true)
  }

  private static func text(of symbol: String, in process: UnsafeMutableRawPointer) -> String? {
    typealias GetText = @convention(c) () -> UnsafePointer<CChar>?
    guard let address = dlsym(process, symbol), let text = unsafeBitCast(address, to: GetText.self)() else {
      return nil
    }
    return String(cString: text).trimmingCharacters(in: .whitespaces)
  }
}
