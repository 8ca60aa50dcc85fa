import MILBags
import MILBenchTesting
import MILRecords
import Testing
import UserInput

@testable import MILModels

@Suite("The epoch that held-out training bags prefer")
struct EarlyStoppingTests {
  private static let network = "layers=6-4,learningRate=0.02"
  private static let most = 12

  private func fit(_ id: String, _ bags: BagDataset) throws -> TrainedModel {
    try Contract.registry.resolve(id).fit(bags, FitContext(seed: 3))
  }

  private func settings(_ fraction: Double = 0.25) -> EarlyStopping {
    var settings = EarlyStopping()
    (settings.stopping, settings.stoppingFraction) = (.inner, fraction)
    return settings
  }

  @Test(
    "It is the one with the smallest log loss on bags that are not trained on, and training ends after the patience",
    arguments: ["attention", "mi-net-bag"], [2, 30])
  func choice(_ model: String, patience: Int) throws {
    let bags = try plantedBags(16)
    let parts = try #require(try settings().parts(of: bags, seed: 3))
    #expect(parts.heldOut.bagCount == 4 && parts.training.bagCount == 12)
    #expect(Set(parts.heldOut.bagNames).isDisjoint(with: parts.training.bagNames))
    #expect(Set(parts.heldOut.labels).count == 2)
    // Training runs of one epoch, two and so on, on the other bags alone.
    let shorter = try (1...Self.most).map { try fit("\(model)[epochs=\($0),\(Self.network)]", parts.training) }
    var losses: [Double] = []
    for trained in shorter {
      let scores = try trained.predict(parts.heldOut)
      losses.append(try #require(Metrics.logLoss(labels: parts.heldOut.labels, probabilities: scores)))
    }
    var (best, last) = (0, 0)
    for epoch in losses.indices {
      if losses[epoch] < losses[best] { best = epoch }
      last = epoch
      if epoch - best == patience { break }
    }
    let stopped = try fit(
      "\(model)[epochs=\(Self.most),stopping=inner,stoppingFraction=0.25,stoppingPatience=\(patience),\(Self.network)]",
      bags)
    let note = try #require(stopped.summary.notes["stopping"])
    #expect(note.hasPrefix("epoch \(best + 1) of \(last + 1), log loss ") && note.hasSuffix("on 4 of 16 training bags"))
    #expect(try stopped.predict(bags) == shorter[best].predict(bags))
    #expect(stopped.summary.steps == 12 * (last + 1))
    #expect(try stopped.state() == shorter[best].state())
  }

  @Test("What is reported after an epoch is what would count if it were the last")
  func reports() throws {
    let bags = try plantedBags(16)
    func id(_ epochs: Int) -> String {
      "attention[epochs=\(epochs),stopping=inner,stoppingFraction=0.25,stoppingPatience=20,\(Self.network)]"
    }
    var reported: [[Double]] = []
    let trained = try Contract.registry.resolve(id(6)).fit(
      bags, FitContext(seed: 3) { try reported.append($0.score(bags)) })
    #expect(reported.count == 6)
    for epochs in 1...6 { #expect(try fit(id(epochs), bags).predict(bags) == reported[epochs - 1]) }
    #expect(try trained.predict(bags) == reported[5])
  }

  @Test("Numbers and several classes are judged by their own metrics, and groups stay on one side")
  func others() throws {
    let bags = try plantedBags(16)
    let end = "[epochs=3,stopping=inner,\(Self.network)]"
    let numbers = try bags.replacing(targets: .numbers((0..<16).map { Double($0 % 5) }))
    let first = try #require([Metric].standard.first { $0.kinds.contains(.numbers) })
    #expect(try fit("mi-net-bag" + end, numbers).summary.notes["stopping"]?.contains(first.title) == true)
    let three = try bags.replacing(targets: .classes((0..<16).map { $0 % 3 }, names: ["a", "b", "c"]))
    #expect(try fit("mi-net-bag" + end, three).summary.notes["stopping"]?.contains("log loss") == true)
    let grouped = try BagDataset(
      name: "grouped", instances: bags.instances, offsets: bags.offsets, labels: bags.labels,
      groups: (0..<16).map { "g\($0 / 2)" })
    let parts = try #require(try settings().parts(of: grouped, seed: 1))
    #expect(Set(parts.training.groups ?? []).isDisjoint(with: parts.heldOut.groups ?? []))
    #expect(parts.heldOut.bagCount > 0 && parts.training.bagCount + parts.heldOut.bagCount == 16)
  }

  @Test("What it cannot do is refused")
  func refusals() throws {
    let registry = Contract.registry
    #expect(throws: (any Error).self) { try registry.resolve("attention[stoppingFraction=0.9]") }
    #expect(throws: (any Error).self) { try registry.resolve("attention[stoppingPatience=0]") }
    #expect(throws: (any Error).self) { try registry.resolve("attention[stopping=outer]") }
    #expect(throws: (any Error).self) { try registry.resolve("extreme-attention[solver=closed-form,stopping=inner]") }
    let bags = try plantedBags()
    let one = try BagDataset(
      name: "one", instances: bags.instances, offsets: bags.offsets, labels: bags.labels,
      groups: bags.labels.map { _ in "all" })
    #expect(throws: NotApplicable.self) { try fit("attention[epochs=2,stopping=inner]", one) }
    #expect(throws: ConfigurationError.self) { try fit("attention[epochs=2,sites=federated,stopping=inner]", one) }
    let rare = try bags.replacing(targets: .classes([2] + (1..<12).map { $0 % 2 }, names: ["a", "b", "c"]))
    var parted = 0
    for seed in 0..<8 {
      do {
        parted += try settings().parts(of: rare, seed: UInt64(seed)) == nil ? 0 : 1
      } catch let error as NotApplicable {
        #expect(error.description.contains("no bag of a class"))
      }
    }
    #expect(parted > 0)
    // Epochs are then not a path of a search.
    #expect(try registry.resolve("attention[stopping=inner]").model.traits.path == nil)
    #expect(try registry.resolve("attention").model.traits.path == "epochs")
  }
}
