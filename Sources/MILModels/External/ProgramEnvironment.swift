import Foundation

/// The environment variables that an external model's program receives: only those of a list. Passwords and tokens in
/// the user's environment are therefore not passed on, and no trial depends on an undocumented variable.
enum ProgramEnvironment {
  /// Variables that programs need to be found, to use the user's language and to reach the user's files.
  static let names: Set<String> = [
    "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TERM", "VIRTUAL_ENV", "JAVA_HOME",
    "CUDA_HOME",
    "CUDA_PATH", "SSL_CERT_FILE", "SSL_CERT_DIR", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "TORCH_HOME",
  ]

  /// Name prefixes of the variables that configure languages, numerical libraries and devices.
  static let prefixes = [
    "LC_", "LD_LIBRARY_", "DYLD_", "PYTHON", "CONDA_", "R_", "JULIA_", "OMP_", "OPENBLAS_", "MKL_", "VECLIB_",
    "NUMEXPR_",
    "NUMBA_", "CUDA_VISIBLE_", "CUBLAS_", "NVIDIA_", "HIP_", "ROCR_", "HSA_",
  ]

  /// Trials run in parallel, so numerical libraries get one thread each unless the user sets another number.
  private static let threads = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"]

  /// Returns the variables that are passed on.
  ///
  /// - Parameters:
  ///   - all: the variables of this process.
  ///   - more: names that a description adds to the list.
  ///   - temporary: the folder for temporary files.
  static func allowed(among all: [String: String], and more: [String], temporary: URL) -> [String: String] {
    var result = all.filter { name, _ in
      names.contains(name) || more.contains(name) || prefixes.contains { name.hasPrefix($0) }
    }
    for name in threads where result[name] == nil { result[name] = "1" }
    result["TMPDIR"] = temporary.path
    return result
  }
}
