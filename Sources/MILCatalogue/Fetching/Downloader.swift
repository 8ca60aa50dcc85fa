import Foundation
import MILBags
import Subprocesses
import UserInput

/// The reason for a failed download.
struct DownloadError: Error, CustomStringConvertible {
  /// The address or package.
  let place: String
  /// The cause.
  let reason: String
  /// Whether the server behind the address is unreachable, so that another attempt is useless.
  var isUnreachable = false

  var description: String { "\(place): \(reason)" }

  /// Returns the same error for everything on a server or in a package.
  func ofHost(_ host: String) -> DownloadError { DownloadError(place: host, reason: reason, isUnreachable: true) }
}

/// Fetches files from addresses with curl and from Python packages with pip.
struct Downloader {
  /// The folder of unfinished downloads, which a later call resumes.
  let partial: URL
  /// Whether curl's progress goes to standard error.
  let showsProgress: Bool

  /// Downloads a file over HTTPS; plain HTTP is only for this machine.
  ///
  /// An interrupted download resumes if the server supports it; otherwise it starts again.
  ///
  /// - Parameters:
  ///   - address: the address.
  ///   - size: the expected size of the file in bytes, if known.
  ///   - limit: the largest accepted size in bytes.
  /// - Returns: the downloaded file, in ``partial``.
  func file(at address: String, size: Int?, limit: Int) throws(DownloadError) -> URL {
    guard let url = URL(string: address), let scheme = url.scheme?.lowercased(), let host = url.host else {
      throw DownloadError(place: address, reason: "no address")
    }
    let isLocal = ["127.0.0.1", "localhost", "::1"].contains(host)
    guard scheme == "https" || (scheme == "http" && isLocal) else {
      throw DownloadError(place: address, reason: "not an https address")
    }
    guard let curl = Subprocess.find("curl") else {
      throw DownloadError(place: address, reason: "curl is not installed")
    }
    let target = partialFile(of: address)
    do {
      try FileManager.default.createDirectory(at: partial, withIntermediateDirectories: true)
    } catch {
      throw DownloadError(place: partial.path, reason: "it cannot be made: \(SystemReason.text(of: error))")
    }
    if let size, bytes(of: target) == size { return target }
    if let size, bytes(of: target) > size { remove(target) }
    let isContinued = bytes(of: target) > 0
    do {
      try run(curl, address, to: target, protocols: isLocal ? "=http,https" : "=https", limit: limit)
    } catch {
      // The server cannot resume, or has nothing to add.
      guard isContinued, [22, 33, 36].contains(error.code) else { throw error.problem }
      remove(target)
      do { try run(curl, address, to: target, protocols: isLocal ? "=http,https" : "=https", limit: limit) } catch {
        throw error.problem
      }
    }
    return target
  }

  /// Returns the file of an unfinished download from an address.
  func partialFile(of address: String) -> URL {
    partial.appendingPathComponent(SHA256.hexDigest(of: Array(address.utf8)), isDirectory: false)
  }

  /// Fetches the wheel of a Python package with pip.
  ///
  /// - Returns: the wheel, in `folder`.
  func wheel(of package: String, in folder: URL) throws(DownloadError) -> URL {
    let place = "Python package \(package)"
    guard let python = ["python3", "python"].lazy.compactMap({ Subprocess.find($0) }).first else {
      throw DownloadError(place: place, reason: "Python with pip is not installed")
    }
    let arguments = [
      "-m", "pip", "download", "--quiet", "--no-input", "--disable-pip-version-check", "--no-deps", "--only-binary",
      ":all:", "--timeout", "20", "--retries", "1", "--dest", folder.path, package,
    ]
    let outcome: ChildProcess.Outcome
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      outcome = try ChildProcess.run(python, arguments, showsErrors: false, seconds: 300)
    } catch {
      throw DownloadError(
        place: place,
        reason: "pip cannot be run: \((error as? SubprocessError)?.reason ?? SystemReason.text(of: error))")
    }
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    guard outcome.status == 0, let wheel = files.sorted().first(where: { $0.hasSuffix(".whl") }) else {
      let reason = outcome.stopped ?? (outcome.lastLine.isEmpty ? "pip failed" : outcome.lastLine)
      throw DownloadError(place: place, reason: reason, isUnreachable: true)
    }
    return folder.appendingPathComponent(wheel, isDirectory: false)
  }

  private struct CurlError: Error {
    let code: Int32
    let problem: DownloadError
  }

  private func run(
    _ curl: URL, _ address: String, to target: URL, protocols: String, limit: Int
  ) throws(CurlError) {
    let arguments =
      ["--disable", showsProgress ? "--progress-bar" : "--silent", "--show-error"] + [
        "--fail", "--location", "--max-redirs", "5", "--proto", protocols, "--proto-redir", protocols,
        "--connect-timeout", "20", "--speed-limit", "500", "--speed-time", "60", "--max-filesize", String(limit),
        "--continue-at", "-", "--output", target.path, "--url", address,
      ]
    let outcome: ChildProcess.Outcome
    do {
      outcome = try ChildProcess.run(curl, arguments, showsErrors: showsProgress, seconds: 3600) {
        // curl knows the size in advance only if the server sends it.
        bytes(of: target) > limit ? "more than \(limit) bytes" : nil
      }
    } catch {
      throw CurlError(
        code: -1,
        problem: DownloadError(
          place: address,
          reason: "curl cannot be run: \((error as? SubprocessError)?.reason ?? SystemReason.text(of: error))"))
    }
    guard let status = outcome.status else {
      remove(target)
      throw CurlError(code: -1, problem: DownloadError(place: address, reason: outcome.stopped ?? "stopped"))
    }
    guard status != 0 else { return }
    if status == 63 { remove(target) }
    let reason = reason(status) ?? (outcome.lastLine.isEmpty ? "curl ended with code \(status)" : outcome.lastLine)
    let unreachable: [Int32] = [5, 6, 7, 28, 35, 56, 60, 97]
    throw CurlError(
      code: status,
      problem: DownloadError(place: address, reason: reason, isUnreachable: unreachable.contains(status)))
  }

  private func reason(_ status: Int32) -> String? {
    switch status {
    case 1: "the address leads to one that is not https"
    case 5, 97: "the proxy cannot be reached"
    case 6: "the server's name cannot be found"
    case 7: "the server cannot be reached"
    case 18: "the download was cut short; the next call continues it"
    case 22: "the server has no such file"
    case 28: "the server does not answer"
    case 35, 60: "no trusted connection to the server"
    case 63: "the file is larger than expected"
    default: nil
    }
  }

  private func bytes(of file: URL) -> Int {
    let attributes = try? FileManager.default.attributesOfItem(atPath: file.path)
    return (attributes?[.size] as? NSNumber)?.intValue ?? 0
  }

  private func remove(_ file: URL) { try? FileManager.default.removeItem(at: file) }
}
