import Autodiff
import Foundation
import LinearAlgebra
import MILBags
import MILBenchTesting
import MILModels
import Testing
import UserInput

@Suite("Model files")
struct ModelFileTests {
  /// Fits a model and returns its saved form.
  private func kept(
    _ id: String, on bags: BagDataset, registry: ModelRegistry = Contract.registry, standardised: Bool = false
  ) throws -> KeptModel {
    let standardiser = standardised ? Standardiser(fittedTo: bags.instances) : nil
    let trained = try registry.resolve(id).fit(standardiser?.apply(to: bags) ?? bags, FitContext(seed: 3))
    return KeptModel(
      description: try KeptModel.Description(
        trained, trainedOn: bags, classNames: ["benign", "malignant"], protocol: "clean", seed: 3, version: "0.0.0"),
      standardiser: standardiser, trained: trained)
  }

  private func read(_ bytes: [UInt8], registry: ModelRegistry = Contract.registry) throws -> KeptModel {
    try ModelFile.model(in: bytes, registry: registry)
  }

  /// Returns the bytes with a matching digest.
  private func signed(_ bytes: [UInt8]) -> [UInt8] {
    guard let key = bytes.firstRange(of: Array("\"sha256\":\"".utf8)), bytes.count >= key.upperBound + 64 else {
      return bytes
    }
    var result = bytes
    let place = key.upperBound..<(key.upperBound + 64)
    result.replaceSubrange(place, with: Array(repeating: UInt8(ascii: "0"), count: 64))
    result.replaceSubrange(place, with: Array(SHA256.hexDigest(of: result).utf8))
    return result
  }

  private func complaint(_ bytes: [UInt8]) -> String? {
    do {
      _ = try read(bytes)
      return nil
    } catch {
      return line(of: error)
    }
  }

  private func expectSameBits(_ kept: KeptModel, registry: ModelRegistry = Contract.registry) throws {
    let others = try plantedBags(9, sizes: 1...8, seed: 7)
    let read = try read(ModelFile.bytes(of: kept), registry: registry)
    #expect(try read.scores(others).map(\.bitPattern) == kept.scores(others).map(\.bitPattern))
    let (left, right) = try (read.relevance(others), kept.relevance(others))
    #expect(left.kind == right.kind && left.values.map(\.bitPattern) == right.values.map(\.bitPattern))
  }

  @Test("A state keeps the precision of a matrix, also of one without elements")
  func precision() throws {
    var state = ModelState(featureCount: 2)
    state.set("single", to: Matrix<Float>([[0.1, 2]]))
    state.set("double", to: Matrix<Double>([[0.1, 2]]))
    state.set("empty", to: Matrix<Double>(rows: 0, columns: 3))
    #expect(try state.floats("single") == Matrix([[0.1, 2]]) && state.doubles("double") == Matrix([[0.1, 2]]))
    #expect(try state.doubles("empty").columns == 3)
    #expect(throws: ModelError.self) { try state.floats("double") }
  }

  @Test("A fitted model is kept without a command, as bytes that another process reads")
  func bytes() throws {
    let bags = try plantedBags()
    let trained = try Contract.registry.resolve("mi-net-bag[layers=4,epochs=2]").fit(bags, FitContext(seed: 3))
    let bytes = try KeptModel(trained, trainedOn: bags, seed: 3).bytes()
    #expect(try KeptModel(bytes: bytes, registry: Contract.registry).scores(bags) == trained.predict(bags))
    #expect(throws: ModelError.self) { try KeptModel(bytes: Array(bytes.dropLast()), registry: Contract.registry) }
  }

  @Test("Missing features are refused where the model knows no means, and filled in where it does")
  func missingFeatures() throws {
    let bags = try plantedBags(12, sizes: 1...3)
    var instances = bags.instances
    instances[2, 1] = .nan
    let incomplete = bags.replacing(instances: instances)
    for standardised in [false, true] {
      let kept = try kept("logistic-bag-mean", on: bags, standardised: standardised)
      let error = #expect(throws: ModelError.self) { try kept.scores(incomplete) }
      #expect(error?.description.contains("--missing drop-instances") == true)
      #expect(throws: ModelError.self) { try kept.relevance(incomplete) }
    }
    let standardiser = Standardiser(fittedTo: incomplete.instances, imputes: true)
    let trained = try Contract.registry.resolve("logistic-bag-mean").fit(
      standardiser.apply(to: incomplete), FitContext(seed: 3))
    let description = try KeptModel.Description(
      trained, trainedOn: incomplete, classNames: ["0", "1"], protocol: "clean", seed: 3, version: "0.0.0")
    let knowing = KeptModel(description: description, standardiser: standardiser, trained: trained)
    #expect(try knowing.scores(incomplete).allSatisfy { (0...1).contains($0) })
  }

  @Test("Every model of the registry can be kept", arguments: Contract.all)
  func all(_ contract: Contract) throws {
    let trained = try contract.fitted(on: plantedBags())
    #expect(throws: Never.self) { try trained.state() }
  }

  @Test(
    "Variants of models, ensembles and searches give the same bits after reading, standardised or not",
    arguments: [
      "elm-mil[hiddenUnits=30,members=3]", "elm-mil[hiddenUnits=30,selection=witness]",
      "elm-mil[activation=fourier,hiddenUnits=30,pooling=attention]",
      "extreme-attention[epochs=3,hiddenUnits=20,solver=closed-form]",
      "extreme-attention[epochs=3,hiddenUnits=20,members=2,solver=closed-form]",
      "extreme-attention[classifierUnits=4,epochs=3,hiddenUnits=20]",
      "mi-svm-bag[kernel=linear]", "mi-svm-instance[degree=3,kernel=polynomial]",
      "mi-kernel[c=0.1/1/10,gamma=auto/0.5]",
      "nsk-svm[normalisation=averaging]", "nsk-svm[normalisation=none]",
      "dp-minn[epochs=2/4,iterations=1/3,layers=6-4]", "elm-mil[activation=tanh/relu,hiddenUnits=30,members=2]",
      "mi-net-bag[epochs=2,layers=6-4,pooling=mean]", "logistic-bag-mean[penalty=0.1/10]",
    ])
  func variants(_ id: String) throws {
    let bags = try plantedBags()
    for standardised in [false, true] {
      try expectSameBits(kept(id, on: bags, standardised: standardised))
    }
  }

  @Test("A pooling that nobody knew is kept like the others")
  func newPooling() throws {
    var registry = ModelRegistry()
    try registry.register(
      ModelRegistration(
        id: "scaled-mean", title: "Scaled mean", summary: "A pooling of a test.", citation: "None.",
        published: PublishedRecipe(
          dataHandling: .init(folds: .stratified, standardisation: .none, epsilon: 0), note: "None."),
        PooledNetwork<ScaledMeanPooling>()))
    let model = try kept("scaled-mean[epochs=2,layers=6-4,start=0.7]", on: plantedBags(), registry: registry)
    try expectSameBits(model, registry: registry)
    #expect(throws: ModelError.self) { try read(ModelFile.bytes(of: model)) }
  }

  @Test("What was chosen by a search is what is kept, under the id that was asked for")
  func chosen() throws {
    let model = try kept("dp-minn[epochs=2/4,iterations=1/3,layers=6-4]", on: plantedBags())
    let read = try read(ModelFile.bytes(of: model))
    #expect(read.description.model == "dp-minn[epochs=2/4,iterations=1/3,layers=6-4]")
    let note = try #require(read.description.notes["chosen"])
    for pair in note.split(separator: ",") {
      let parts = pair.split(separator: "=").map(String.init)
      #expect(read.description.parameters[parts[0]] == parts[1])
    }
  }

  @Test("A file says what it holds, and the same model gives the same bytes")
  func description() throws {
    let bags = try plantedBags()
    let model = try kept("attention[epochs=2,layers=6-4]", on: bags, standardised: true)
    let bytes = try ModelFile.bytes(of: model)
    #expect(bytes == (try ModelFile.bytes(of: kept("attention[epochs=2,layers=6-4]", on: bags, standardised: true))))
    let found = try read(bytes)
    #expect(found.description == model.description && found.standardiser == model.standardiser)
    #expect(try found.description.fingerprint == bags.fingerprint && found.description.parameters["layers"] == "6-4")
    #expect(found.description.citation.contains("Ilse") && found.description.features == 4)
    #expect(found.labels(called: [0.5, 0.49]) == ["malignant", "benign"])
  }

  @Test("A file is laid out as safetensors says: header length, JSON, and arrays without gaps")
  func layout() throws {
    let model = try kept("nsk-svm", on: plantedBags(), standardised: true)
    let bytes = try ModelFile.bytes(of: model)
    let length = bytes[..<8].enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
    #expect(length % 8 == 0)
    let json = try JSONSerialization.jsonObject(with: Data(bytes[8..<(8 + length)]))
    var header = try #require(json as? [String: [String: Any]])
    let metadata = try #require(header.removeValue(forKey: "__metadata__") as? [String: String])
    #expect(metadata["milbench"] == "1" && metadata["description"]?.contains("\"model\":\"nsk-svm\"") == true)
    var end = 0
    for array in header.values.sorted(by: {
      ($0["data_offsets"] as? [Int] ?? [])[0] < ($1["data_offsets"] as? [Int] ?? [])[0]
    }) {
      let type = try #require(array["dtype"] as? String)
      let shape = try #require(array["shape"] as? [Int])
      let width = try #require(["F32": 4, "F64": 8, "I64": 8][type])
      #expect(array["data_offsets"] as? [Int] == [end, end + width * shape.reduce(1, *)])
      end += width * shape.reduce(1, *)
    }
    #expect(8 + length + end == bytes.count)
    let shift = try #require(header["standardisation.shift"])
    let place = 8 + length + (shift["data_offsets"] as? [Int] ?? [0])[0]
    let bits = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[place + $1]) << (8 * UInt64($1)) }
    #expect(Double(bitPattern: bits) == model.standardiser?.shift[0])
  }

  @Test("Features are matched by name; bags with others are refused, by number and by name")
  func features() throws {
    let model = try read(ModelFile.bytes(of: kept("constant", on: plantedBags().named(["a", "b", "c", "d"]))))
    let wide = #expect(throws: ModelError.self) { try model.scores(plantedBags(features: 5)) }
    #expect(wide?.description.contains("its instances have 5 features, the model was trained on 4") == true)
    let other = #expect(throws: ModelError.self) { try model.scores(plantedBags().named(["a", "b", "d", "e"])) }
    #expect(other?.description.contains("no feature \"c\"") == true)
    let ordered = try kept("mi-kernel", on: plantedBags().named(["a", "b", "c", "d"]), standardised: true)
    let bags = try plantedBags()
    let swapped = bags.replacing(
      instances: Matrix(
        rows: bags.instanceCount, columns: 4,
        elements: (0..<bags.instanceCount).flatMap { row in [1, 0, 3, 2].map { bags.instances[row, $0] } }))
    #expect(
      try ordered.scores(swapped.named(["b", "a", "d", "c"])) == ordered.scores(bags.named(["a", "b", "c", "d"])))
    #expect(try model.scores(plantedBags()).count == 12)
  }

  @Test("Any changed byte is an error of one line")
  func flippedBytes() throws {
    let bytes = try ModelFile.bytes(of: kept("attention[epochs=1,layers=3]", on: plantedBags(), standardised: true))
    #expect(complaint(bytes) == nil)
    var generator = RandomGenerator(seed: 11)
    let places = Array(0..<24) + (0..<300).map { _ in generator.integer(below: bytes.count) }
    for place in places {
      var changed = bytes
      changed[place] ^= UInt8(1 + generator.integer(below: 255))
      #expect(complaint(changed) != nil, "byte \(place)")
    }
  }

  @Test("A file that was cut short or continued is an error of one line")
  func lengths() throws {
    let bytes = try ModelFile.bytes(of: kept("logistic-bag-mean", on: plantedBags()))
    for length in Array(0..<min(bytes.count, 120)) + Array(stride(from: 120, to: bytes.count, by: 37)) {
      #expect(complaint(Array(bytes[..<length])) != nil, "\(length) bytes")
    }
    #expect(complaint(bytes + [0]) != nil)
    #expect(complaint(signed(bytes + [0]))?.contains("1 bytes are left") == true)
  }

  @Test("Files of a newer layout, of something else, and of another model say so")
  func foreign() throws {
    #expect(complaint(Array("bag,label,x\n".utf8))?.contains("it is no safetensors file") == true)
    let former = complaint(Array("MILMODEL".utf8) + [1, 0, 0, 0])
    #expect(former == "it is of a version before safetensors; train the model again, expected a safetensors file")
    let other = Array(#"{"w":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]}}"#.utf8)
    let foreign = [UInt8(other.count), 0, 0, 0, 0, 0, 0, 0] + other + [0, 0, 0, 0]
    #expect(complaint(foreign)?.contains("its header describes no model") == true)
    let network = try ModelFile.bytes(of: kept("mi-net-bag[epochs=1,layers=3]", on: plantedBags()))
    func changed(_ text: String, _ other: String) throws -> String? {
      let (old, new) = (Array(text.utf8), Array(other.utf8))
      let place = try #require(network.indices.first { network[$0...].starts(with: old) })
      var bytes = network
      bytes.replaceSubrange(place..<(place + old.count), with: new)
      #expect(old.count == new.count)
      return complaint(signed(bytes))
    }
    #expect(
      try changed("\"milbench\":\"1\"", "\"milbench\":\"2\"")
        == "it is of layout 2, expected 1; it was written by a newer version")
    let shapes = try changed(#"\"layers\":\"3\""#, #"\"layers\":\"5\""#)
    #expect(shapes?.contains("array trunk.1.weight is 4 x 3, expected 4 x 5") == true)
    #expect(try changed(#"\"layers\":\"3\""#, #"\"leyers\":\"3\""#)?.contains("did you mean \"layers\"?") == true)
    #expect(try changed(#"\"layers\":\"3\""#, #"\"layers\":\"x\""#)?.contains("\"layers\"") == true)
    #expect(try changed("mi-net-bag[", "mi-net-bog[")?.contains("unknown model \"mi-net-bog\"") == true)
    #expect(try changed(#"\"features\":4"#, #"\"features\":0"#)?.contains("0 features") == true)
  }

  @Test("Changed bytes under a digest that fits never end the program")
  func signedMutations() throws {
    let models = ["attention[epochs=1,layers=3]", "nsk-svm", "elm-mil[hiddenUnits=4,members=2]"]
    for id in models {
      let bytes = try ModelFile.bytes(of: kept(id, on: plantedBags(), standardised: true))
      let bags = try plantedBags(4, seed: 5)
      var generator = RandomGenerator(seed: 12)
      var refused = 0
      for _ in 0..<400 {
        var changed = bytes
        for _ in 0...generator.integer(below: 3) {
          // Digits and letters of the header are more critical than noise.
          let place = 8 + generator.integer(below: changed.count - 8)
          let digits = Array("0123456789-,\"".utf8)
          changed[place] =
            generator.uniform() < 0.5
            ? digits[generator.integer(below: digits.count)] : UInt8(generator.integer(below: 256))
        }
        do {
          _ = try read(signed(changed)).scores(bags)
        } catch {
          refused += 1
          _ = line(of: error)
        }
      }
      #expect(refused > 0)
    }
  }
}

/// The mean times a learned number.
private struct ScaledMeanPooling: Pooling {
  var start = 1.0

  func pool(_ features: Variable) -> Pooled {
    let scale = features.graph.parameter("scale", columns: features.columns, initialiser: .uniform(start, start + 1))
    return Pooled(features.meanOverInstances() * scale)
  }
}

extension BagDataset {
  /// Returns the same bags with names of features.
  fileprivate func named(_ names: [String]) throws -> BagDataset {
    try BagDataset(name: name, instances: instances, offsets: offsets, labels: labels, featureNames: names)
  }
}
