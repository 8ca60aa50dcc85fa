import Foundation
import Subprocesses

/// The Python of this machine, for tests of features for Python.
///
/// If a library is missing, tests that need it are skipped and say so. If the environment variable MILBENCH_TEST_PYTHON
/// lists the libraries, as in continuous integration, these tests run and fail.
enum Python {
  static func has(_ libraries: String...) -> Bool {
    let expected = (ProcessInfo.processInfo.environment["MILBENCH_TEST_PYTHON"] ?? "").split(separator: ",")
    if libraries.allSatisfy({ expected.contains($0[...]) }) { return true }
    guard let python = Subprocess.find("python3") else { return false }
    let call = ["-c", "import " + libraries.joined(separator: ", ")]
    return (try? Subprocess(python, call, output: .discarded, errors: .discarded))?.wait() == .exited(0)
  }
}

/// The folder of the package.
var repository: URL {
  URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
}
