import Foundation
import LinearAlgebra
import MILBags
import MILFormats
import TestSupport
import Testing

@Suite("SHA-256")
struct SHA256Tests {
  @Test("Digests are those of hashlib, on both sides of every block border")
  func golden() throws {
    for (length, digest) in try Fixture.json("sha256.json", as: [String: String].self) {
      let count = try #require(Int(length))
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7 + $0 / 256) }
      #expect(SHA256.hexDigest(of: bytes) == digest, "\(length) bytes")
      #expect(SHA256.hexDigest(of: Data(bytes)) == digest)
    }
  }

  @Test("The pieces in which a message comes do not matter")
  func pieces() {
    let bytes = (0..<1000).map { UInt8($0 % 251) }
    for size in [1, 7, 63, 64, 65, 200] {
      var hash = SHA256()
      for start in stride(from: 0, to: bytes.count, by: size) {
        hash.update(Array(bytes[start..<min(start + size, bytes.count)]))
      }
      #expect(hash.finish() == SHA256.hexDigest(of: bytes))
    }
  }

  @Test("A data set's fingerprint covers its bags, labels and features, not its names")
  func fingerprint() throws {
    let loaded = try BagReader.read(Fixture.url("musk-excerpt.csv")).dataset
    #expect(
      try loaded.fingerprint == (try Fixture.json("musk-excerpt.json", as: MuskExcerpt.self)).fingerprint)
    #expect(try loaded.renamed("other").fingerprint == loaded.fingerprint)
    #expect(try loaded.selecting(bags: [1, 0, 2, 3]).fingerprint != loaded.fingerprint)
    var features = loaded.instances
    features[15, 165] += 1
    #expect(try loaded.replacing(instances: features).fingerprint != loaded.fingerprint)
    let flipped = try BagDataset(
      name: "flipped", instances: loaded.instances, offsets: loaded.offsets, labels: loaded.labels.map { 1 - $0 })
    #expect(try flipped.fingerprint != loaded.fingerprint)
  }
}
