import Foundation
import MILBags

/// The executable of this process: the code of models that are not part of a release.
package enum RunningProgram {
  /// The SHA-256 digest of the executable's bytes, in hexadecimal, taken once a process.
  ///
  /// A build that changes nothing leaves the file, and so the digest, as it was. Where the file cannot be read the
  /// digest is another one in each process, so that nothing is taken for current by mistake.
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

  /// When the executable was built, or copied to its place, in seconds since the beginning of 1970.
  package static let built: Double? = executable.flatMap {
    try? $0.resolvingSymlinksInPath().resourceValues(forKeys: [.contentModificationDateKey]).contentModificationDate?
      .timeIntervalSince1970
  }

  /// The executable's place, for calling it again.
  package static var place: URL {
    executable?.resolvingSymlinksInPath() ?? URL(fileURLWithPath: CommandLine.arguments.first ?? "milbench")
  }

  /// On Linux the file that is running, even where a build has put another one in its place since.
  private static let executable: URL? = {
    let running = URL(filePath: "/proc/self/exe")
    if (try? running.checkResourceIsReachable()) == true { return running }
    return Bundle.main.executableURL?.resolvingSymlinksInPath()
  }()
}
