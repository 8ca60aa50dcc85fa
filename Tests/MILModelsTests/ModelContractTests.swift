import Autodiff
import LinearAlgebra
import MILData
import MILModels
import Testing

@Suite("What every model keeps to")
struct ModelContractTests {
  @Test("Scores do not depend on the order of a bag's instances", arguments: Contract.all)
  func instanceOrder(_ contract: Contract) throws {
    let bags = try plantedBags()
    let classifier = try contract.fitted(on: bags)
    var generator = RandomGenerator(seed: 5)
    let order = (0..<bags.bagCount).flatMap { bag in
      let rows = bags[rowsOfBag: bag]
      return generator.permutation(of: rows.count).map { rows.lowerBound + $0 }
    }
    let shuffled = bags.replacing(instances: bags.instances.selectingRows(order.map { $0..<($0 + 1) }))
    #expect(shuffled != bags)
    #expect(try agree(classifier.score(shuffled), classifier.score(bags)))
    if let weights = try classifier.instanceWeights(bags) {
      let moved = try #require(try classifier.instanceWeights(shuffled))
      #expect(agree(moved, order.map { weights[$0] }))
    }
  }

  @Test("Scores do not depend on the order of bags, nor on the other bags", arguments: Contract.all)
  func bagOrder(_ contract: Contract) throws {
    let bags = try plantedBags()
    let classifier = try contract.fitted(on: bags)
    let scores = try classifier.score(bags)
    var generator = RandomGenerator(seed: 5)
    let order = generator.permutation(of: bags.bagCount)
    #expect(try agree(classifier.score(bags.selecting(bags: order)), order.map { scores[$0] }))
    for bag in 0..<bags.bagCount {
      #expect(try agree(classifier.score(bags.selecting(bags: [bag])), [scores[bag]]))
    }
  }

  @Test("A seed decides every bit of the scores, and another seed gives others", arguments: Contract.all)
  func determinism(_ contract: Contract) throws {
    let bags = try plantedBags()
    func bits(seed: UInt64) throws -> [UInt64] {
      try contract.fitted(on: bags, seed: seed).score(bags).map(\.bitPattern)
    }
    let first = try bits(seed: 3)
    #expect(try first == bits(seed: 3))
    #expect(try (first == bits(seed: 4)) == Contract.deterministic.contains(contract.registration.id))
  }

  @Test("Bags of one instance are fitted and scored", arguments: Contract.all)
  func singleInstances(_ contract: Contract) throws {
    let bags = try plantedBags(sizes: 1...1)
    #expect(try contract.fitted(on: bags).score(bags).allSatisfy(\.isFinite))
  }

  @Test("Bags of one instance and of hundreds are fitted and scored together", arguments: Contract.all)
  func unequalSizes(_ contract: Contract) throws {
    let small = try plantedBags(6, sizes: 1...2)
    let large = try plantedBags(2, sizes: 300...500, seed: 2)
    let bags = try BagDataset(
      name: "unequal",
      instances: Matrix(
        rows: small.instanceCount + large.instanceCount, columns: 4,
        elements: small.instances.elements + large.instances.elements),
      offsets: small.offsets + large.offsets.dropFirst().map { $0 + small.instanceCount },
      labels: small.labels + large.labels)
    for perStep in ["1", "3"] {
      let classifier = try contract.fitted(on: bags, ["bagsPerStep": perStep])
      #expect(try classifier.score(bags).allSatisfy(\.isFinite))
      #expect(try agree(classifier.score(small), Array(classifier.score(bags).prefix(6))))
    }
  }

  @Test("Weights are one number for each instance", arguments: Contract.all)
  func weights(_ contract: Contract) throws {
    let bags = try plantedBags()
    guard let weights = try contract.fitted(on: bags).instanceWeights(bags) else { return }
    #expect(weights.count == bags.instanceCount)
    #expect(weights.allSatisfy { $0.isFinite })
  }

  @Test("There is one score for each bag, within 0 and 1 where they are probabilities", arguments: Contract.all)
  func range(_ contract: Contract) throws {
    let bags = try plantedBags()
    let classifier = try contract.fitted(on: bags, ["epochs": "20", "learningRate": "0.1"])
    let scores = try classifier.score(bags)
    #expect(scores.count == bags.bagCount)
    #expect(classifier.decisionThreshold == (classifier.scoresAreProbabilities ? 0.5 : 0))
    if classifier.scoresAreProbabilities { #expect(scores.allSatisfy { (0...1).contains($0) }) }
  }

  @Test("A small set with planted witnesses is learned by heart", arguments: Contract.all)
  func learning(_ contract: Contract) throws {
    let bags = try plantedBags(20, sizes: 3...6)
    let settings = [
      "layers": "12-8", "units": "10", "attentionUnits": "6", "epochs": "150", "learningRate": "0.01", "dropout": "0",
      "weightDecay": "0", "c": "100",
    ]
    let classifier = try contract.fitted(on: bags, settings)
    let scores = try classifier.score(bags)
    let right = zip(scores, bags.labels).filter { ($0 >= classifier.decisionThreshold) == ($1 == 1) }.count
    if Contract.blind.contains(contract.registration.id) {
      #expect(right == bags.positiveBagCount)
    } else {
      #expect(right >= 19, "\(right) of 20")
    }
  }

  @Test("Scoring between epochs does not change the fit", arguments: Contract.all)
  func observation(_ contract: Contract) throws {
    let bags = try plantedBags()
    let others = try plantedBags(30, sizes: 2...9, seed: 9)
    let watched = try contract.resolved().makeClassifier()
    var scores: [[Double]] = []
    let summary = try watched.fit(
      bags,
      FitContext(seed: 1) { report in
        #expect(report.epoch == scores.count + 1)
        #expect(report.loss.isFinite)
        scores.append(try report.score(others))
      })
    let alone = try contract.fitted(on: bags)
    #expect(try watched.score(bags).map(\.bitPattern) == alone.score(bags).map(\.bitPattern))
    guard summary.steps > 0 else { return }
    #expect(scores.count == 3)
    #expect(try scores.last == watched.score(others))
    #expect(scores.first != scores.last)
  }

  @Test("An error of the observer ends the fit and comes through", arguments: Contract.all)
  func stopping(_ contract: Contract) throws {
    struct Enough: Error {}
    let bags = try plantedBags()
    var epochs = 0
    let context = FitContext(seed: 1) { _ in
      epochs += 1
      throw Enough()
    }
    do {
      _ = try contract.resolved().makeClassifier().fit(bags, context)
      #expect(epochs == 0)
    } catch is Enough {
      #expect(epochs == 1)
    }
  }

  @Test("Scoring before the fit is an error", arguments: Contract.all)
  func unfitted(_ contract: Contract) throws {
    let bags = try plantedBags()
    let error = #expect(throws: ModelError.self) { try contract.resolved().makeClassifier().score(bags) }
    #expect(error?.description == "the model was asked to score before it was fitted")
  }

  @Test("A model that was written to a file and read again gives the same bits", arguments: Contract.all)
  func keeping(_ contract: Contract) throws {
    let bags = try plantedBags()
    let others = try plantedBags(9, sizes: 1...8, seed: 7)
    let resolved = try contract.resolved()
    let classifier = try resolved.makeClassifier()
    let notes = try classifier.fit(bags, FitContext(seed: 1)).notes
    let kept = KeptModel(
      description: KeptModel.Description(
        resolved, classifier, trainedOn: bags, classNames: ["0", "1"], protocol: "clean", seed: 1, version: "0.0.0",
        notes: notes), standardiser: nil, classifier: classifier)
    let read = try ModelFile.model(in: ModelFile.bytes(of: kept), registry: Contract.registry)
    #expect(read.description == kept.description)
    let scores = try read.scores(others)
    #expect(try scores.map(\.bitPattern) == classifier.score(others).map(\.bitPattern))
    let (relevance, original) = try (read.instanceRelevance(others), classifier.instanceRelevance(others))
    #expect(relevance.kind == original.kind && relevance.values.count == others.instanceCount)
    #expect(relevance.values.map(\.bitPattern) == original.values.map(\.bitPattern))
    let error = #expect(throws: ModelError.self) { try resolved.makeClassifier().fittedState() }
    #expect(error?.description == "the model was asked to score before it was fitted")
  }

  @Test("Bags with another number of features are refused", arguments: Contract.all, [3, 5])
  func features(_ contract: Contract, count: Int) throws {
    let classifier = try contract.fitted(on: plantedBags())
    let others = try plantedBags(features: count)
    let error = #expect(throws: ModelError.self) { try classifier.score(others) }
    #expect(error?.description == "bags have \(count) features, the model was fitted on 4")
  }
}

/// Bags that real data sets hold and that break naive code.
enum AwkwardBags: String, CaseIterable, Sendable {
  case constantColumns, allZero, positiveOnly, negativeOnly, oneBag, tinyFeatures, equalInstances
  case hugeFeatures, hugerFeatures, oneHugeBag

  func made() throws -> BagDataset {
    let bags = try plantedBags()
    func changed(_ transform: (Int, Float) -> Float) -> BagDataset {
      var instances = bags.instances
      for row in 0..<bags.instanceCount {
        for column in 0..<bags.featureCount { instances[row, column] = transform(column, instances[row, column]) }
      }
      return bags.replacing(instances: instances)
    }
    switch self {
    case .constantColumns: return changed { $0 == 1 ? 0 : $0 == 2 ? 7 : $1 }
    case .allZero: return changed { _, _ in 0 }
    case .positiveOnly: return bags.selecting(bags: [0, 2, 4, 6])
    case .negativeOnly: return bags.selecting(bags: [1, 3, 5])
    case .oneBag: return bags.selecting(bags: [0])
    case .hugeFeatures: return changed { $1 * 1e18 }
    case .hugerFeatures: return changed { $1 < 0 ? -.greatestFiniteMagnitude : .greatestFiniteMagnitude }
    case .oneHugeBag: return changed { $1 * 1e18 }.selecting(bags: [1])
    case .tinyFeatures: return changed { $1 * 1e-38 }
    case .equalInstances: return changed { column, _ in Float(column) }
    }
  }
}

@Suite("Awkward bags")
struct AwkwardBagTests {
  @Test(
    "Awkward bags give numbers or a clear error, never a score that is none",
    arguments: Contract.all, AwkwardBags.allCases)
  func noNaN(_ contract: Contract, _ kind: AwkwardBags) throws {
    let bags = try kind.made()
    for settings in [["epochs": "1"], ["epochs": "4", "learningRate": "0.1"]] {
      do {
        let classifier = try contract.fitted(on: bags, settings)
        #expect(try classifier.score(bags).allSatisfy(\.isFinite))
        #expect(try classifier.instanceWeights(bags)?.allSatisfy(\.isFinite) ?? true)
      } catch {
        _ = line(of: error)
        #expect([.hugeFeatures, .hugerFeatures, .oneHugeBag].contains(kind), "\(error)")
      }
    }
  }

  @Test("A feature that is not a number gives an error, not scores", arguments: Contract.all)
  func notNumbers(_ contract: Contract) throws {
    let good = try plantedBags()
    var instances = good.instances
    instances[2, 1] = .nan
    let bags = good.replacing(instances: instances)
    guard !Contract.blind.contains(contract.registration.id) else { return }
    let error = #expect(throws: (any Error).self) { try contract.fitted(on: bags) }
    if let error { _ = line(of: error) }
  }
}
