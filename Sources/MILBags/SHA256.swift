import Foundation

/// The SHA-256 digest: the identity of files, data sets and fold assignments.
///
/// Source: National Institute of Standards and Technology, Secure Hash Standard, FIPS PUB 180-4, 2015,
/// doi:10.6028/NIST.FIPS.180-4.
package struct SHA256: Sendable {
  private var state: SIMD8<UInt32> = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
  ]
  private var pending: [UInt8] = []
  private var byteCount: UInt64 = 0

  /// Creates a digest of no bytes; ``update(_:)`` adds bytes.
  package init() {
    pending.reserveCapacity(64)
  }

  /// Returns the digest of `bytes` as 64 lower-case hexadecimal digits.
  package static func hexDigest(of bytes: [UInt8]) -> String {
    var hash = SHA256()
    hash.update(bytes)
    return hash.finish()
  }

  /// Returns the digest of `data` as 64 lower-case hexadecimal digits.
  package static func hexDigest(of data: Data) -> String {
    hexDigest(of: [UInt8](data))
  }

  /// Adds bytes to the message.
  package mutating func update(_ bytes: [UInt8]) {
    byteCount &+= UInt64(bytes.count)
    var next = 0
    if !pending.isEmpty {
      next = min(64 - pending.count, bytes.count)
      pending.append(contentsOf: bytes[..<next])
      guard pending.count == 64 else { return }
      compress(pending, from: 0, blocks: 1)
      pending.removeAll(keepingCapacity: true)
    }
    let blocks = (bytes.count - next) / 64
    compress(bytes, from: next, blocks: blocks)
    next += blocks * 64
    pending.append(contentsOf: bytes[next...])
  }

  /// Ends the message and returns its digest as 64 lower-case hexadecimal digits.
  package mutating func finish() -> String {
    let bitCount = byteCount &* 8
    var tail = pending + [0x80]
    tail.append(contentsOf: repeatElement(0, count: (120 - tail.count % 64) % 64))
    for shift in stride(from: 56, through: 0, by: -8) { tail.append(UInt8(truncatingIfNeeded: bitCount >> shift)) }
    compress(tail, from: 0, blocks: tail.count / 64)
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for index in 0..<8 {
      for shift in stride(from: 28, through: 0, by: -4) { text.append(digits[Int(state[index] >> shift & 15)]) }
    }
    return String(decoding: text, as: UTF8.self)
  }

  private mutating func compress(_ bytes: [UInt8], from start: Int, blocks: Int) {
    let constants = Self.roundConstants
    var words = [UInt32](repeating: 0, count: 64)
    for block in 0..<blocks {
      let first = start + 64 * block
      for index in 0..<16 {
        let byte = first &+ index &* 4
        words[index] =
          UInt32(bytes[byte]) &<< 24 | UInt32(bytes[byte &+ 1]) &<< 16 | UInt32(bytes[byte &+ 2]) &<< 8
          | UInt32(bytes[byte &+ 3])
      }
      for index in 16..<64 {
        let early = words[index &- 15]
        let late = words[index &- 2]
        let sigma0 = Self.rotated(early, 7) ^ Self.rotated(early, 18) ^ (early &>> 3)
        let sigma1 = Self.rotated(late, 17) ^ Self.rotated(late, 19) ^ (late &>> 10)
        words[index] = words[index &- 16] &+ sigma0 &+ words[index &- 7] &+ sigma1
      }
      var (a, b, c, d) = (state[0], state[1], state[2], state[3])
      var (e, f, g, h) = (state[4], state[5], state[6], state[7])
      // Eight rounds per pass: the eight variables rotate by name instead of being moved.
      var index = 0
      while index < 64 {
        Self.round(a, b, c, &d, e, f, g, &h, words[index] &+ constants[index])
        Self.round(h, a, b, &c, d, e, f, &g, words[index &+ 1] &+ constants[index &+ 1])
        Self.round(g, h, a, &b, c, d, e, &f, words[index &+ 2] &+ constants[index &+ 2])
        Self.round(f, g, h, &a, b, c, d, &e, words[index &+ 3] &+ constants[index &+ 3])
        Self.round(e, f, g, &h, a, b, c, &d, words[index &+ 4] &+ constants[index &+ 4])
        Self.round(d, e, f, &g, h, a, b, &c, words[index &+ 5] &+ constants[index &+ 5])
        Self.round(c, d, e, &f, g, h, a, &b, words[index &+ 6] &+ constants[index &+ 6])
        Self.round(b, c, d, &e, f, g, h, &a, words[index &+ 7] &+ constants[index &+ 7])
        index &+= 8
      }
      state &+= SIMD8(a, b, c, d, e, f, g, h)
    }
  }

  @inline(__always)
  private static func round(
    _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: inout UInt32, _ e: UInt32, _ f: UInt32, _ g: UInt32,
    _ h: inout UInt32, _ input: UInt32
  ) {
    let sum1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)
    let first = h &+ sum1 &+ (g ^ (e & (f ^ g))) &+ input
    let sum0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)
    d &+= first
    h = first &+ sum0 &+ ((a & b) | (c & (a | b)))
  }

  @inline(__always)
  private static func rotated(_ word: UInt32, _ bits: UInt32) -> UInt32 {
    (word &>> bits) | (word &<< (32 &- bits))
  }

  private static let roundConstants: [UInt32] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
    0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
    0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
    0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
    0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
    0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
    0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
  ]
}
