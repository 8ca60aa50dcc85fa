import Foundation

/// The variables that an external model's program sees: those of a list, and none else, so that passwords and tokens in the
/// user's environment stay there, and no trial depends on what nobody wrote down.
enum ProgramEnvironment {
  /// What programs need to be found, to speak the user's language and to reach the user's files.
  static let names: Set<String> = [
    "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TERM", "VIRTUAL_ENV", "JAVA_HOME",
    "CUDA_HOME",
    "CUDA_PATH", "SSL_CERT_FILE", "SSL_CERT_DIR", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "TORCH_HOME",
  ]

  /// What languages, numerical libraries and devices are set by, by the beginnings of names.
  static let prefixes = [
    "LC_", "LD_LIBRARY_", "DYLD_", "PYTHON", "CONDA_", "R_", "JULIA_", "OMP_", "OPENBLAS_", "MKL_", "VECLIB_",
    "NUMEXPR_",
    "NUMBA_", "CUDA_VISIBLE_", "CUBLAS_", "NVIDIA_", "HIP_", "ROCR_", "HSA_",
  ]

  /// Trials run side by side, so numerical libraries get one thread each unless the user says otherwise.
  private static let threads = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"]

  /// The variables that pass.
  ///
  /// - Parameters:
  ///   - all: those of this program.
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
