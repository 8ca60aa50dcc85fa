import Foundation
import LinearAlgebra
import MILBench

/// The files that give rivals a network's constants and initial parameters, and the bags in the order of training.
struct RivalFolder {
  private struct Contents: Encodable {
    var model: String
    var layers: [Int]
    var training: TrainingConfiguration
    var threads: Int
    var clock: Clock
    var features: Int
    var iterations: Int
    var margins: [Double]
    var parameters: [Parameter]
  }

  private struct Parameter: Encodable {
    var name: String
    var rows: Int
    var columns: Int

    func encode(to encoder: any Encoder) throws {
      var container = encoder.unkeyedContainer()
      try container.encode(name)
      try container.encode(rows)
      try container.encode(columns)
    }
  }

  let url: URL

  /// Writes the files into a new temporary folder.
  init(_ own: OwnTraining, _ data: BenchmarkData, threads: Int) throws {
    url = FileManager.default.temporaryDirectory.appending(path: "milbench-rivals-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    let dataset = data.dataset
    let trainer = try own.trainer(bagsPerStep: 1)
    let routing = own.network.configuration as? DynamicPoolingNetwork
    let contents = Contents(
      model: own.network.name, layers: own.network.layers, training: own.network.training, threads: threads,
      clock: own.clock,
      features: dataset.featureCount, iterations: routing?.pooling.iterations ?? 0,
      margins: routing.map { [$0.positiveMargin, $0.negativeMargin, $0.negativeWeight] } ?? [],
      parameters: trainer.parameterDescriptions.map { Parameter(name: $0.name, rows: $0.rows, columns: $0.columns) })
    try JSONEncoder().encode(contents).write(to: url.appending(path: "case.json"))
    let ordered = dataset.instances.selectingRows(data.order.map { dataset[rowsOfBag: $0] })
    try ordered.withUnsafeElements { try write($0, "instances.f32") }
    let offsets = data.order.reduce(into: [Int32(0)]) { $0.append($0[$0.count - 1] + Int32(dataset[sizeOfBag: $1])) }
    try offsets.withUnsafeBufferPointer { try write($0, "offsets.i32") }
    try data.order.map { Float(dataset.labels[$0]) }.withUnsafeBufferPointer { try write($0, "labels.f32") }
    let parameters = trainer.parameterDescriptions.flatMap { trainer.parameter($0.name)?.elements ?? [] }
    try parameters.withUnsafeBufferPointer { try write($0, "parameters.f32") }
  }

  func remove() { try? FileManager.default.removeItem(at: url) }

  private func write<Element>(_ elements: UnsafeBufferPointer<Element>, _ name: String) throws {
    try Data(buffer: elements).write(to: url.appending(path: name))
  }
}
