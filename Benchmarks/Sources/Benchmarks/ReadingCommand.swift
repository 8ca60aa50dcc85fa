import ArgumentParser
import Foundation
import LinearAlgebra
import MILBench

/// The command that reads one matrix from HDF5 and NumPy files, beside h5py and NumPy.
struct ReadingCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reading", abstract: "Reading a bag's file from the page cache; bar: not slower than h5py and NumPy.")

  @Option(help: "The instances of the bag.")
  var instances = 20_000
  @Option(help: "The features of an instance.")
  var features = 1024
  @Option(help: "How many times everything is measured.")
  var rounds = 9

  func run() throws {
    guard let python = Rival.python else { throw ValidationError("no Python libraries: 'make bench-rivals' gets them") }
    let folder = FileManager.default.temporaryDirectory.appending(path: "milbench-reading-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let bag = LargeBags(folder: folder, bags: 1, instances: instances, features: features)
    try bag.write()
    try FileManager.default.moveItem(
      at: folder.appending(path: "bag0.npy"), to: folder.appending(path: "matrix.npy"))
    let rival = try Rival("h5_reading", python: python, folder: folder, threads: 1)
    var table = ReportTable(
      title: "Reading a bag of \(instances) x \(features), medians over \(rounds) interleaved rounds",
      columns: [
        .init("file"), .init("theirs / ours", .right), .init("quartiles", .right), .init("ours, ms", .right),
        .init("ours, GB/s", .right),
      ])
    let copied = try (0..<rounds).map { _ in try copy(folder.appending(path: "matrix.npy")) }
    for name in ["matrix.npy", "contiguous.h5", "chunked.h5", "rows.h5", "gzip.h5"] {
      var (ours, theirs): ([Double], [Double]) = ([], [])
      for round in 0...rounds {
        let own = try read(folder.appending(path: name))
        let other = try rival.seconds(of: name)
        // The first round brings the file into the page cache.
        if round > 0 { (ours, theirs) = (ours + [own], theirs + [other]) }
      }
      let ratios = zip(theirs, ours).map { $0 / $1 }
      table.append(
        ReportTable.Row([
          name, median(ratios).text(2), "\(quantile(ratios, 0.25).text(2)) to \(quantile(ratios, 0.75).text(2))",
          median(ours).map { $0 * 1e3 }.text(1), median(ours).map { gigabytes / $0 }.text(1),
        ]))
    }
    table.notes.append(
      "The system copies matrix.npy from the page cache into new memory at "
        + "\(median(copied).map { gigabytes / $0 }.text(1)) GB/s. \(Machine.current().note) Rivals: \(rival.version).")
    print(table.terminal)
  }

  private var gigabytes: Double { 4e-9 * Double(instances * features) }

  /// Measures opening a file and reading all its numbers.
  private func read(_ url: URL) throws -> Double {
    try wallSeconds {
      let array = try ArrayFile(url).arrays[0]
      let matrix = try array.instances([0..<array.instanceCount])
      precondition(matrix.rows == instances, "the file is another")
    }
  }

  /// Measures a plain read of a file into new memory.
  private func copy(_ url: URL) throws -> Double {
    let memory = AlignedStorage<Float>(count: instances * features)
    return try wallSeconds {
      let file = try FileHandle(forReadingFrom: url)
      defer { try? file.close() }
      var (done, count) = (128, 1)
      lseek(file.fileDescriptor, 128, SEEK_SET)
      while count > 0, done < 128 + 4 * memory.count {
        count = Foundation.read(
          file.fileDescriptor, UnsafeMutableRawPointer(memory.baseAddress) + (done - 128), 4 * memory.count - done + 128
        )
        done += count
      }
    }
  }
}
