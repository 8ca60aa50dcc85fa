import Foundation
import LinearAlgebra
import MILBench

/// A folder of large bags, a `.npy` file each, which are read from the disk as they are needed.
struct LargeBags {
  let folder: URL
  let bags: Int
  let instances: Int
  let features: Int

  /// Writes the files that are missing: rotations of one matrix of uniform numbers, with a shift in positive bags.
  func write() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let missing = (0..<bags).filter { !FileManager.default.fileExists(atPath: url($0).path) }
    if missing.isEmpty { return }
    var generator = RandomGenerator(seed: 12)
    var values = [Float](repeating: 0, count: instances * features)
    for index in values.indices { values[index] = 2 * Float(generator.uniform()) - 1 }
    for bag in missing {
      let first = bag * 37 % instances * features
      var rotated = Array(values[first...] + values[..<first])
      if bag % 2 == 1 {
        for row in 0..<instances / 50 { for column in 0..<16 { rotated[row * features + column] += 1 } }
      }
      var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(instances), \(features)), }"
      header += String(repeating: " ", count: 117 - header.utf8.count) + "\n"
      var bytes = Data([0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(header.utf8))
      rotated.withUnsafeBytes { bytes.append(contentsOf: $0) }
      try bytes.write(to: url(bag))
    }
  }

  /// Opens the files as one data set without reading the numbers.
  func open() throws -> BagDataset {
    let parts = try (0..<bags).map { try ArrayFile(url($0)).arrays[0] }
    let table = try BagTable(
      name: "large", offsets: (0...bags).map { $0 * instances },
      targets: .classes((0..<bags).map { $0 % 2 }, names: ["0", "1"]))
    return try BagDataset(table, JoinedInstances(parts, name: "large"))
  }

  private func url(_ bag: Int) -> URL { folder.appending(path: "bag\(bag).npy") }
}
