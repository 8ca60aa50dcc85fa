import ArrayFolder
import Foundation
import MILBench
import Testing

@Suite("ArrayFolder")
struct ArrayFolderTests {
  /// Calls `body` with a folder of bags of normal features, in which a third of the bags have one shifted instance.
  private func withFolder<Result>(
    bags: Int, size: Int, features: Int, _ body: (URL) throws -> Result
  ) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("bags-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var generator = RandomGenerator(seed: 5)
    var table = "bag,label\n"
    for bag in 0..<bags {
      var values = (0..<size * features).map { _ in Float(generator.normal()) }
      let isPositive = bag % 3 == 0
      if isPositive { for column in 0..<features { values[column] += 4 } }
      try NumPy.file(values, rows: size, columns: features).write(to: folder.appendingPathComponent("slide-\(bag).npy"))
      table += "slide-\(bag),\(isPositive ? 1 : 0)\n"
    }
    try table.write(to: folder.appendingPathComponent("labels.csv"), atomically: true, encoding: .utf8)
    return try body(folder)
  }

  @Test("A folder is recognised, and gives what its files hold")
  func reading() throws {
    try withFolder(bags: 4, size: 3, features: 2) { folder in
      #expect(ArrayFolder().recognises(folder) && !ArrayFolder().recognises(folder.deletingLastPathComponent()))
      let loaded = try DatasetStore(formats: [ArrayFolder()]).load(folder.path)
      let bags = loaded.dataset
      #expect(loaded.formatName == "array-folder" && (bags.bagCount, bags.instanceCount) == (4, 12))
      #expect(bags.bagNames == (0..<4).map { "slide-\($0)" } && bags.labels == [1, 0, 0, 1])
      let memory = bags.replacing(instances: try bags.matrix())
      #expect(
        try bags.selecting(bags: [2, 1]).matrix() == memory.selecting(bags: [2, 1]).matrix())
    }
  }

  @Test("What does not fit is named with its place")
  func refusals() throws {
    try withFolder(bags: 3, size: 3, features: 2) { folder in
      let table = folder.appendingPathComponent("labels.csv")
      try "bag,label\nslide-0,1\nslide-1,yes\n".write(to: table, atomically: true, encoding: .utf8)
      let wrong = #expect(throws: ReadError.self) { try ArrayFolder().open(folder, .automatic) }
      #expect(wrong?.description.contains("labels.csv, line 3: found \"slide-1,yes\"") == true)
      try "bag,label\nslide-0,1\nslide-9,0\n".write(to: table, atomically: true, encoding: .utf8)
      #expect(throws: ReadError.self) { try ArrayFolder().open(folder, .automatic) }
      try "bag,label\nslide-0,1\nslide-1,0\n".write(to: table, atomically: true, encoding: .utf8)
      try NumPy.file([1, .nan, 3, 4], rows: 2, columns: 2).write(to: folder.appendingPathComponent("slide-1.npy"))
      let bags = try ArrayFolder().open(folder, .automatic)
      let error = #expect(throws: ReadError.self) { try bags.matrix() }
      #expect(error?.description.contains("slide-1.npy, array array, row 1, column 2: found nan") == true)
    }
  }

  @Test("A network trains on a folder that is larger than the memory it may take, and other models say what they need")
  func largerThanMemory() throws {
    try withFolder(bags: 30, size: 1000, features: 64) { folder in
      let bags = try ArrayFolder().open(folder, .automatic)
      // The features take 7.7 MB; the limit is 6 MB.
      let limit = 6e6
      let registry = try ModelRegistry.standard()
      let network = try registry.resolve(
        "mi-net-bag[layers=16,epochs=15,learningRate=0.005,optimiser=adam,dropout=0]")
      let shape = BagShape(bags)
      #expect(try network.memory(training: shape, scoring: shape) < limit)
      let trained = try network.fit(bags, FitContext(seed: 1))
      let scores = try trained.predict(bags)
      let right = zip(scores, bags.labels).filter { ($0 >= 0.5) == ($1 == 1) }.count
      #expect(right >= 25)
      #expect(try registry.resolve("nsk-svm").memory(training: shape, scoring: shape) > limit)
    }
  }
}

/// An encoder of `.npy` files.
private enum NumPy {
  static func file(_ values: [Float], rows: Int, columns: Int) -> Data {
    var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(rows), \(columns)), }"
    header += String(repeating: " ", count: 63 - (header.utf8.count + 10) % 64) + "\n"
    var data = Data(
      [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count & 0xff), UInt8(header.utf8.count >> 8)])
    data.append(Data(header.utf8))
    for value in values { withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) } }
    return data
  }
}
