#if HDF5
  import Foundation
  import LinearAlgebra
  import MILBags
  import MILFormats
  import TestSupport
  import Testing

  @testable import Containers

  @Suite("Chunks of HDF5 files")
  struct HDF5ChunkTests {
    /// The values that h5py reads of each dataset, and the checksums of bytes, as hexadecimal digits.
    private struct Expected: Decodable {
      let values: [String: [Double]]
      let sums: [String: UInt32]
    }

    private func expected() throws -> Expected { try Fixture.json("array-files/chunks.json", as: Expected.self) }

    private func bytes(_ digits: String) -> [UInt8] {
      let digits = digits.compactMap(\.hexDigitValue)
      return stride(from: 0, to: digits.count, by: 2).map { UInt8(16 * digits[$0] + digits[$0 + 1]) }
    }

    @Test("Datasets in chunks of all kinds are those that h5py reads, on disk and in memory")
    func values() throws {
      let expected = try expected().values
      #expect(expected.count == 10)
      let url = try Fixture.url("array-files/chunks.h5")
      let file = try ArrayFile(url, containers: [HDF5File()])
      let archive = try HDF5Archive(bytes: [UInt8](Data(contentsOf: url)), file: "chunks.h5")
      #expect(Set(file.arrays.map(\.name)) == Set(expected.keys) && Set(archive.names) == Set(expected.keys))
      for (name, values) in expected {
        #expect(try file.array(name).numbers() == values, "\(name)")
        let array = try #require(try archive.array(name), "\(name)")
        #expect(try StoredArray(array, name: name).numbers() == values, "\(name)")
      }
    }

    @Test("Some rows of chunks are those of all rows")
    func rows() throws {
      for array in try ArrayFile(Fixture.url("array-files/chunks.h5"), containers: [HDF5File()]).arrays {
        let all = try array.instances([0..<array.instanceCount])
        for first in 0..<array.instanceCount {
          for end in (first + 1)...array.instanceCount {
            #expect(try array.instances([first..<end]) == all.selectingRows([first..<end]), "\(array.name)")
          }
        }
      }
    }

    @Test("Fletcher's checksum is the one that libhdf5 writes")
    func checksums() throws {
      let sums = try expected().sums
      #expect(sums.count == 7)
      for (digits, sum) in sums { #expect(HDF5Filters.fletcher32(bytes(digits)[...]) == sum) }
      #expect(HDF5Filters.fletcher32([]) == 0)
    }

    @Test("A checksum that is not the one of its bytes is refused; one with swapped bytes is accepted")
    func wrongChecksum() throws {
      let content: [UInt8] = [1, 2, 3, 4, 5, 6]
      let sum = HDF5Filters.fletcher32(content[...])
      let stored = (0..<4).map { UInt8(truncatingIfNeeded: sum >> (8 * $0)) }
      #expect(HDF5Filters.checked(content + stored) == content)
      #expect(HDF5Filters.checked(content + [stored[1], stored[0], stored[3], stored[2]]) == content)
      #expect(HDF5Filters.checked(content + [stored[0] ^ 1] + stored[1...]) == nil)
      #expect(HDF5Filters.checked([1, 2, 3]) == nil)
    }

    @Test("Unshuffled elements have their bytes next to each other, and a rest stays")
    func shuffle() {
      #expect(HDF5Filters.unshuffled([1, 2, 3, 4, 5, 6, 7], size: 3) == [1, 3, 5, 2, 4, 6, 7])
      #expect(HDF5Filters.unshuffled([1, 2, 3], size: 1) == [1, 2, 3] && HDF5Filters.unshuffled([], size: 4) == [])
    }

    @Test("A chunk that unpacks to fewer bytes than a chunk has is refused")
    func shortChunk() throws {
      let problem = ReadError(file: "f.h5", found: "too few", expected: "more")
      func read(_ places: [Int: HDF5Chunks.Place]?) throws -> [UInt8] {
        let chunks = HDF5Chunks(
          shape: [4, 2], sizes: [2, 2], elementSize: 1, filters: [], leavesEdges: false, fill: nil, places: places,
          content: FileContent([9, 1, 2, 3, 4], path: "f.h5"))
        var last: HDF5Chunks.Band?
        var bytes = [UInt8](repeating: 0, count: 4)
        try bytes.withUnsafeMutableBytes {
          try chunks.copy(1..<3, axis: 0, last: &last, into: $0, orElse: { problem })
        }
        return bytes
      }
      let whole = HDF5Chunks.Place(address: 1, count: 4, leftOut: 0)
      #expect(try read([0: whole, 1: whole]) == [3, 4, 1, 2])
      for place in [(1, 3), (2, 4), (-1, 4), (.max, 4), (1, .max), (1, 0)] {
        #expect(throws: ReadError.self) {
          try read([0: whole, 1: HDF5Chunks.Place(address: place.0, count: place.1, leftOut: 0)])
        }
      }
      #expect(throws: ReadError.self) { try read([0: whole]) }
      #expect(throws: ReadError.self) { try read(nil) }
    }
  }
#endif
