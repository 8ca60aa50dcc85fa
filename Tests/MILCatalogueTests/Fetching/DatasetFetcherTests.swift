import Foundation
import MILFormats
import TestSupport
import Testing

@testable import MILBags
@testable import MILCatalogue

@Suite("Fetching", .enabled(if: LocalServer.isPossible), .serialized)
struct DatasetFetcherTests {
  private let server: LocalServer
  private let content: [UInt8]

  init() throws {
    server = try LocalServer()
    content = try Fixture.bytes("musk-excerpt.csv")
  }

  /// Returns a store with a catalogue of one set whose file has the given downloads.
  private func store(downloads: String, sha256: String? = nil, bytes: Int? = nil) throws -> DatasetStore {
    let text = """
      {sets: [{
        name: 'excerpt', title: 'Excerpt', family: 'molecules', shape: [4, 16, 166, 2],
        files: [{
          name: 'sub/excerpt.csv', sha256: '\(sha256 ?? SHA256.hexDigest(of: content))', bytes: \(bytes ?? content.count),
          downloads: [\(downloads)],
        }],
        addresses: ['https://example.org/excerpt'], licence: 'L', citation: 'C', labels: 'L', quirks: [],
      }]}
      """
    return try Fixture.withFile(Array(text.utf8), named: "catalogue.json5") {
      DatasetStore(catalogue: try Catalogue(contentsOf: $0), dataFolders: [server.user.datasets])
    }
  }

  private func fetch(_ store: DatasetStore) throws -> DatasetFetcher.Outcome {
    var outcomes: [DatasetFetcher.Outcome] = []
    DatasetFetcher(store: store, folder: server.user).fetch(store.catalogue.sets) { outcomes.append($1) }
    return try #require(outcomes.first)
  }

  private func partialFile(_ path: String) -> URL {
    Downloader(partial: server.user.partial, showsProgress: false).partialFile(of: server.address + path)
  }

  private var target: URL { server.user.datasets.appendingPathComponent("sub/excerpt.csv") }

  @Test("A file is downloaded, checked and put where the store finds it; the next call has nothing to do")
  func download() throws {
    try server.serve(content, as: "excerpt.csv")
    let store = try store(downloads: "{url: '\(server.address)/excerpt.csv'}")
    let address = "\(server.address)/excerpt.csv"
    guard case .fetched(let url, address) = try fetch(store) else {
      Issue.record("not fetched")
      return
    }
    #expect(url.path == target.path)
    #expect(try store.load("excerpt").dataset.bagCount == 4)
    #expect(try fetch(store) == .present(target))
    #expect(server.requests == ["200 /excerpt.csv None"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: server.user.partial.path).isEmpty)
  }

  @Test("A download that was cut short is continued, or begun anew where the server knows no ranges")
  func resume() throws {
    try server.serve(content, as: "excerpt.csv")
    for (path, requests) in [
      ("/excerpt.csv", ["206 /excerpt.csv bytes=1000-"]),
      ("/plain/excerpt.csv", ["200 /plain/excerpt.csv bytes=1000-", "200 /plain/excerpt.csv None"]),
    ] {
      let before = server.requests.count
      try UserDataFolder.write(Data(content.prefix(1000)), to: partialFile(path))
      guard case .fetched = try fetch(store(downloads: "{url: '\(server.address)\(path)'}")) else {
        Issue.record("\(path) not fetched")
        return
      }
      #expect(try Data(contentsOf: target) == Data(content))
      #expect(Array(server.requests.dropFirst(before)) == requests)
      try FileManager.default.removeItem(at: target)
    }
  }

  @Test("A partial download of something else is found out by its checksum and thrown away")
  func wrongPartial() throws {
    try server.serve(content, as: "excerpt.csv")
    try UserDataFolder.write(Data(repeating: 7, count: 1000), to: partialFile("/excerpt.csv"))
    let store = try store(downloads: "{url: '\(server.address)/excerpt.csv'}")
    guard case .unavailable(let reason) = try fetch(store) else {
      Issue.record("accepted")
      return
    }
    #expect(reason.contains("expected \(SHA256.hexDigest(of: content))"))
    #expect(!FileManager.default.fileExists(atPath: target.path))
    guard case .fetched = try fetch(store) else {
      Issue.record("not fetched anew")
      return
    }
  }

  @Test("What cannot be had is told with every reason, where to get it by hand and where to put it")
  func unavailable() throws {
    try server.serve(Array("<html>".utf8), as: "page.html")
    let store = try store(
      downloads:
        "{url: '\(server.address)/none.csv'}, {url: '\(server.address)/page.html'}, {url: 'ftp://example.org/a'}")
    guard case .unavailable(let reason) = try fetch(store) else {
      Issue.record("fetched")
      return
    }
    for part in [
      "/none.csv: the server has no such file", "/page.html: found SHA-256",
      "ftp://example.org/a: not an https address",
      "it can be had from https://example.org/excerpt; put it as sub/excerpt.csv below \(server.user.datasets.path)",
    ] { #expect(reason.contains(part), "\(reason)") }
    #expect(!reason.contains("\n"))
  }

  @Test("A file without end is stopped at the size that the catalogue states, and other machines need https")
  func limits() throws {
    let endless = try fetch(store(downloads: "{url: '\(server.address)/endless'}"))
    guard case .unavailable(let reason) = endless else {
      Issue.record("fetched")
      return
    }
    #expect(reason.contains("more than \(content.count) bytes") || reason.contains("larger than expected"), "\(reason)")
    #expect(!FileManager.default.fileExists(atPath: partialFile("/endless").path))
    guard case .unavailable = try fetch(store(downloads: "{url: 'http://example.org/excerpt.csv'}")) else {
      Issue.record("fetched without https")
      return
    }
  }

  @Test("A server that cannot be reached is asked once")
  func unreachable() throws {
    // Nothing listens on this port.
    let store = try store(downloads: "{url: 'https://127.0.0.1:1/a'}, {url: 'https://127.0.0.1:1/b'}")
    guard case .unavailable(let reason) = try fetch(store) else {
      Issue.record("fetched")
      return
    }
    #expect(reason.hasPrefix("https://127.0.0.1:1/a: the server cannot be reached; 127.0.0.1: the server"), "\(reason)")
  }

  @Test("A member of an archive is taken out; a hostile archive leaves nothing behind")
  func archives() throws {
    let bags = Array((1...40).map { "\($0 % 2),\($0),\($0).5,-\($0)\n" }.joined().utf8)
    for name in ["sound-deflated.zip", "sound.tar.gz", "hostile-parent.zip", "hostile-symlink.tar.gz"] {
      try server.serve(try Fixture.bytes("archives/" + name), as: name)
      let store = try store(
        downloads: "{url: '\(server.address)/\(name)', member: 'data/bags.csv'}", sha256: SHA256.hexDigest(of: bags),
        bytes: bags.count)
      let outcome = try fetch(store)
      if name.hasPrefix("sound") {
        guard case .fetched = outcome else {
          Issue.record("\(name): \(outcome)")
          return
        }
        #expect(try Data(contentsOf: target) == Data(bags))
        try FileManager.default.removeItem(at: target)
      } else {
        guard case .unavailable = outcome else {
          Issue.record("\(name): \(outcome)")
          return
        }
        #expect(!FileManager.default.fileExists(atPath: target.path))
      }
    }
  }

  @Test("A file that is there with another checksum is wrong, not fetched over")
  func wrongFile() throws {
    try server.serve(content, as: "excerpt.csv")
    try UserDataFolder.write(Data("other".utf8), to: target)
    guard case .wrong(let reason) = try fetch(store(downloads: "{url: '\(server.address)/excerpt.csv'}")) else {
      Issue.record("not refused")
      return
    }
    #expect(reason.contains("found SHA-256") && server.requests.isEmpty)
  }
}
