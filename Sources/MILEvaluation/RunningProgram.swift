import Foundation
import MILBags

/// The executable of this process: the code of models that are not part of a release.
package enum RunningProgram {
  /// The SHA-256 digest of the executable's bytes, in hexadecimal, computed once per process.
  ///
  /// A build that changes nothing leaves the file, and so the digest, unchanged. If the file cannot be read, each
  /// process has another digest, so that no record is taken for current by mistake.
  package static let digest: String = {
    guard let executable, let content = try? Data(contentsOf: executable, options: .alwaysMapped) else {
      return "unknown-\(UUID().uuidString)"
    }
    var hash = SHA256()
    let block = 1 << 20
    for start in stride(from: 0, to: content.count, by: block) {
      hash.update([UInt8](content[start..<min(start + block, content.count)]))
    }
    return hash.finish()
  }()

  /// The time when the executable was built, or copied to its place, in seconds since the beginning of 1970.
  package static let built: Double? = executable.flatMap {
    try? $0.resolvingSymlinksInPath().resourceValues(forKeys: [.contentModificationDateKey]).contentModificationDate?
      .timeIntervalSince1970
  }

  /// The location of the executable, for calling it again.
  package static var place: URL {
    executable?.resolvingSymlinksInPath() ?? URL(fileURLWithPath: CommandLine.arguments.first ?? "milbench")
  }

  /// On Linux the file that is running, even if a build has replaced it since.
  private static let executable: URL? = {
    let running = URL(filePath: "/proc/self/exe")
    if (try? running.checkResourceIsReachable()) == true { return running }
    return Bundle.main.executableURL?.resolvingSymlinksInPath()
  }()
}
