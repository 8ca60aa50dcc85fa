import Foundation
import MILBags
import TestSupport
import Testing
import UserInput

@testable import Containers

@Suite("Archives")
struct ArchiveTests {
  private static let content = (1...40).map { "\($0 % 2),\($0),\($0).5,-\($0)\n" }.joined()

  private func member(_ archive: String, _ path: String = "data/bags.csv", limit: Int = 1 << 20) throws -> String {
    let bytes = try Fixture.bytes("archives/" + archive)
    return String(decoding: try Archive.member(path, of: bytes, limit: limit, file: archive), as: UTF8.self)
  }

  @Test(
    "A member comes out of zip and tar archives as it went in",
    arguments: [
      ("sound-deflated.zip", "data/bags.csv"), ("sound-stored.zip", "data/bags.csv"), ("sound.tar", "data/bags.csv"),
      ("sound.tar.gz", "data/bags.csv"),
      (
        "sound-long-gnu.tgz",
        [String](repeating: String(repeating: "a", count: 90), count: 2).joined(separator: "/") + "/bags.csv"
      ),
      ("sound-long-pax.tgz", String(repeating: "b", count: 120) + "/bags.csv"),
    ])
  func sound(archive: String, path: String) throws {
    #expect(try member(archive, path) == Self.content)
  }

  @Test(
    "An archive with a path out of its folder, a link or a device, or one that is damaged, is refused",
    arguments: [
      ("hostile-parent.zip", #"a member named "../evil.csv""#),
      ("hostile-inner-parent.zip", #"a member named "data/../../evil.csv""#),
      ("hostile-absolute.zip", #"a member named "/tmp/evil.csv""#),
      ("hostile-drive.zip", #"a member named "C:/evil.csv""#),
      ("hostile-backslash.zip", #"a member named "..\evil.csv""#),
      ("hostile-link.zip", #"a link or special member named "data/link""#),
      ("hostile-twice.zip", "2 members of"), ("hostile-size.zip", "more than 10 bytes of content"),
      ("hostile-sum.zip", "with CRC-32"), ("hostile-start.zip", "the end of the file"),
      ("hostile-packed-size.zip", "of 2147483647 bytes"),
      ("hostile-method.zip", "packed by method 12"), ("hostile-encrypted.zip", "member data/bags.csv encrypted"),
      ("hostile-cut.zip", "no directory at the end of the archive"), ("hostile-bomb.zip", "4194304"),
      ("hostile-parent.tar.gz", #"a member named "../evil.csv""#),
      ("hostile-absolute.tar.gz", #"a member named "/tmp/evil.csv""#),
      ("hostile-symlink.tar.gz", #"a link named "data/l""#), ("hostile-hardlink.tar.gz", #"a link named "data/l""#),
      ("hostile-device.tar.gz", #"a special member named "data/d""#), ("hostile-pax.tgz", #"a member named "../bbb"#),
      ("hostile-bomb.tar.gz", "4194304 bytes"), ("hostile-cut.tar", "a member that reaches beyond the end"),
    ])
  func hostile(archive: String, found: String) throws {
    let error = #expect(throws: ReadError.self) { try member(archive) }
    #expect(error?.found.contains(found) == true, "\(error?.description ?? "no error")")
  }

  @Test(
    "Any prefix and any changed byte of an archive gives a member or an error",
    arguments: ["sound-deflated.zip", "sound.tar"])
  func damage(archive: String) throws {
    let bytes = try Fixture.bytes("archives/" + archive)
    for place in stride(from: 0, to: bytes.count, by: 3) {
      var changed = bytes
      changed[place] ^= UInt8(truncatingIfNeeded: 1 << (place % 8))
      for variant in [changed, Array(bytes[..<place])] {
        let content = try? Archive.member("data/bags.csv", of: variant, limit: 4096, file: archive)
        #expect((content?.count ?? 0) <= 4096)
      }
    }
  }

  @Test("Only relative paths without detours are safe")
  func safePaths() {
    #expect(["a", "a/b.csv", "a/b/", "..a/b", "a b"].allSatisfy(Archive.isSafe))
    #expect(
      ["", "/", "/a", "..", "a/..", "../a", "a//b", "a\\b", "C:", "a\u{0}b", "a\nb"].allSatisfy {
        !Archive.isSafe(path: $0)
      })
  }
}
