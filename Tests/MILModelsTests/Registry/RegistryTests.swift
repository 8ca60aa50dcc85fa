import Autodiff
import MILBags
import MILBenchTesting
import MILModels
import Testing
import UserInput

@Suite("The model registry")
struct RegistryTests {
  let registry = Contract.registry

  /// Returns the error line of resolving an id.
  func refusal(_ id: String) -> String {
    let error = #expect(throws: ModelError.self, "\(id)") { try registry.resolve(id) }
    return error.map { line(of: $0) } ?? ""
  }

  @Test("The standard models are there, and the contract tests see all of them")
  func contents() throws {
    let ids = try ModelRegistry.standard().registrations.map(\.id)
    #expect(Contract.all.map(\.registration.id) == ids)
    for id in ["constant", "mi-net-instance", "mi-net-bag", "attention", "gated-attention", "dp-minn"] {
      #expect(ids.contains(id))
    }
    #expect(Contract.blind.isSubset(of: ids))
  }

  @Test("Every standard model says what a fit decides")
  func trained() {
    for registration in registry.registrations {
      #expect(!registration.trained.isEmpty && registration.trained != "not declared", "\(registration.id)")
    }
  }

  @Test("Every standard model has a family, which the leaderboard filters by")
  func families() throws {
    let registrations = try ModelRegistry.standard().registrations
    let families = Dictionary(registrations.map { ($0.id, $0.family) }) { first, _ in first }
    #expect(!families.values.contains(nil))
    for (id, family) in [
      ("constant", "baselines"), ("mean-mlp", "baselines"), ("attention", "networks"), ("mi-net-top-k", "networks"),
      ("trans-mil", "networks for slides"), ("mi-kernel", "support vectors"), ("elm-mil", "extreme learning"),
      ("mi-fv", "bag vectors"), ("miles", "neighbours"), ("em-dd", "density"), ("milboost", "boosting"),
    ] { #expect(families[id] == family, "\(id)") }
  }

  @Test("Canonical ids are sorted and minimal, however they were written")
  func canonical() throws {
    #expect(
      try registry.resolve(" MI-NET-BAG[ pooling=mean , epochs=5e1,dropout=0.250,learningRate=5e-4] ").id
        == "mi-net-bag[dropout=0.25,learningRate=0.0005,pooling=mean]")
    #expect(try registry.resolve("attention[epochs=7]").title == "Attention[epochs=7]")
    #expect(try registry.resolve("attention").title == "Attention")
  }

  @Test("What a paper sets applies under what the id sets, and stays out of the id")
  func base() throws {
    let base = ["learningRate": "1e-4", "weightDecay": "0.02"]
    let plain = try registry.resolve("mi-net-bag", base: base)
    #expect(plain.id == "mi-net-bag")
    #expect(plain.configuration.contains(#""learningRate":0.0001"#))
    #expect(plain.configuration.contains(#""weightDecay":0.02"#))
    let set = try registry.resolve("mi-net-bag[weightDecay=0.5]", base: base)
    #expect(set.id == "mi-net-bag[weightDecay=0.5]")
    #expect(set.configuration.contains(#""learningRate":0.0001"#))
    #expect(set.configuration.contains(#""weightDecay":0.5"#))
  }

  @Test("The papers' names resolve, and differ by case where the papers' do")
  func paperNames() throws {
    #expect(try registry.resolve("mi-Net").id == "mi-net-instance")
    #expect(try registry.resolve("MI-Net").id == "mi-net-bag")
    #expect(try registry.resolve("DP-MINN[iterations=2]").id == "dp-minn[iterations=2]")
    #expect(try registry.resolve("Gated attention").id == "gated-attention")
  }

  @Test("An unknown model is refused with the nearest names")
  func unknownModel() {
    #expect(refusal("atention") == #"unknown model "atention"; did you mean "Attention" or "attention"?"#)
    #expect(refusal("mi-net-bags[pooling=mean]").contains(#"did you mean "mi-net-bag""#))
    #expect(refusal("zzzzzzzzzzzz").contains("expected one of constant, mi-net-instance"))
  }

  @Test("An unknown parameter is refused with the nearest and all names")
  func unknownParameter() {
    let text = refusal("mi-net-bag[poolin=mean]")
    #expect(text.hasPrefix(#"model "mi-net-bag[poolin=mean]": parameter "poolin" is not a parameter of this model"#))
    #expect(text.contains("expected one of bagsPerStep, beta1"))
    #expect(text.hasSuffix(#"did you mean "pooling"?"#))
    #expect(
      refusal("constant[epochs=3]").hasSuffix(#"parameter "epochs" is not a parameter of this model, it has none"#))
  }

  @Test(
    "A value of the wrong kind or out of range is refused with what was expected",
    arguments: [
      ("learningRate=fast", #"parameter "learningRate" is fast, expected a number"#),
      ("learningRate=nan", #"parameter "learningRate" is nan, expected a number"#),
      ("learningRate=inf", #"parameter "learningRate" is inf, expected a number"#),
      ("learningRate=-1", #"parameter "learningRate" is -1.0, expected 0.0 to 1000.0"#),
      ("epochs=1.5", #"parameter "epochs" is 1.5, expected a whole number"#),
      ("epochs=1e30", #"parameter "epochs" is 1e+30, expected a whole number"#),
      ("epochs=99999999999999999999", #"parameter "epochs" is 1e+20, expected a whole number"#),
      ("epochs=0", #"parameter "epochs" is 0, expected 1 to 1000000"#),
      ("epochs=-9223372036854775808", #"parameter "epochs" is -9223372036854775808, expected 1 to 1000000"#),
      ("bagsPerStep=0", #"parameter "bagsPerStep" is 0, expected 1 to 1000000"#),
      ("dropout=1", #"parameter "dropout" is 1.0, expected 0.0 to 0.99"#),
      ("nesterov=yes", #"parameter "nesterov" is yes, expected true or false"#),
      (
        "pooling=average",
        #"parameter "pooling" is average, expected one of "#
          + PoolingName.allCases.map(\.rawValue).joined(separator: ", ")
      ),
      ("optimiser=rprop", #"parameter "optimiser" is rprop, expected one of sgd, adam, adamw"#),
      (
        "layers=12-x",
        #"parameter "layers" is 12-x, expected widths from 1 to 65536 with hyphens between, "#
          + "like 256-128-64"
      ),
      (
        "layers=12--4",
        #"parameter "layers" is 12--4, expected widths from 1 to 65536 with hyphens between, "#
          + "like 256-128-64"
      ),
      ("sharpness=0", #"parameter "sharpness" is 0.0, expected 0.001 to 1000.0"#),
    ])
  func wrongValue(setting: String, problem: String) {
    #expect(refusal("mi-net-bag[\(setting)]") == #"model "mi-net-bag[\#(setting)]": \#(problem)"#)
  }

  @Test(
    "A text that is not a model id is refused",
    arguments: [
      "", " ", "attention[", "attention[epochs]", "attention[epochs=]", "attention[=3]", "[epochs=3]", "attention]",
      "attention[]", "attention[epochs=3", "attention[epochs=3]]", "attention[epochs=3,]", "attention[epochs=3]x",
      "attention[[epochs=3]]", "attention=3", "attention,dp-minn", "attention[ =3]", "attention[epochs= ]",
    ])
  func malformed(id: String) {
    #expect(refusal(id).hasPrefix("model \"\(id)\": "))
    #expect(refusal(id).contains("expected name or name[key=value,key=value]"))
  }

  @Test("The harness's own models are part of the release, what others register is not")
  func released() throws {
    var registry = try ModelRegistry.standard()
    #expect(registry.registrations.allSatisfy { $0.isReleased })
    let published = try #require(registry.registrations.first).published
    try registry.register(
      ModelRegistration(
        id: "own", title: "Own", summary: "", citation: "", published: published, ConstantModel()))
    let (registered, resolved) = try (registry.registration(named: "own"), registry.resolve("own").registration)
    #expect(!registered.isReleased && !resolved.isReleased)
  }

  @Test("A parameter that is set twice is refused")
  func twice() {
    #expect(
      refusal("attention[epochs=1,epochs=2]")
        == #"model "attention[epochs=1,epochs=2]": parameter "epochs" is set twice"#)
  }

  @Test("A model is registered once, under a plain name, with any parameters")
  func registration() throws {
    struct Inner: Codable, Sendable, Equatable { var rate = 1.0 }
    struct Twofold: Model {
      var rate = 2.0
      var inner = Inner()
      func fit(_ training: BagDataset, _ context: FitContext) throws -> any FittedModel {
        throw ModelError("never fitted")
      }
    }
    var registry = registry
    let constant = try #require(registry.registrations.first)
    func error(_ body: () throws -> Void) -> String? {
      #expect(throws: ModelError.self, performing: body)?.description
    }
    #expect(error { try registry.register(constant) } == #"model id "constant" is already taken"#)
    for id in ["", "Upper", "a b", "a[b]", "ä"] {
      let made = try ModelRegistration(
        id: id, title: id, summary: "", citation: "", published: constant.published, ConstantModel())
      #expect(
        error { try registry.register(made) } == #"model id "\#(id)": expected lower-case letters, digits and hyphens"#)
    }
    try registry.register(
      ModelRegistration(
        id: "twofold", title: "", summary: "", citation: "", published: constant.published, Twofold()))
    #expect(try registry.resolve("twofold[rate=3,inner.rate=2]").id == "twofold[inner.rate=2,rate=3]")
    #expect(try registry.resolve("twofold[inner.rate=3]").configuration == #"{"inner":{"rate":3},"rate":2}"#)
  }

  @Test("A parameter goes by its last name, and by any longer end of its path")
  func paths() throws {
    #expect(try registry.resolve("mi-net-bag[trunk.dropout=0.25]").id == "mi-net-bag[dropout=0.25]")
    #expect(try registry.resolve("mi-net-bag[training.epochs=5,trunk.layers=8]").id == "mi-net-bag[epochs=5,layers=8]")
    #expect(refusal("mi-net-bag[dropout=0.2,trunk.dropout=0.3]").contains(#""dropout" is set twice"#))
    #expect(refusal("mi-net-bag[head.dropout=0.2]").contains("is not a parameter of this model"))
  }

  @Test("A pooling is chosen by name in every network, and brings its parameters")
  func poolings() throws {
    let bags = try plantedBags()
    for name in PoolingName.allCases.map(\.rawValue) {
      for id in ["mi-net-bag", "mi-net-ds", "mi-net-rc"] {
        let model = try registry.resolve("\(id)[pooling=\(name)]", base: ["epochs": "1"])
        #expect(model.id == (name == "max" ? id : "\(id)[pooling=\(name)]"))
        #expect(try model.fit(bags, FitContext(seed: 1)).predict(bags).count == bags.bagCount)
      }
    }
    let small = try registry.resolve("mi-net-ds[attentionUnits=8,pooling=attention]")
    #expect(small.id == "mi-net-ds[attentionUnits=8,pooling=attention]")
    #expect(small.configuration.contains(#""pooling":{"attentionUnits":8,"pooling":"attention"}"#))
    #expect(try registry.resolve("mi-net-ds[attentionUnits=64,pooling=attention]").id == "mi-net-ds[pooling=attention]")
    let searched = try registry.resolve("mi-net-bag[count=1/5,epochs=2,layers=4,pooling=top-k]")
    #expect(searched.id == "mi-net-bag[count=1/5,epochs=2,layers=4,pooling=top-k]")
    #expect(try searched.fit(bags, FitContext(seed: 1)).summary.notes["chosen"]?.hasPrefix("count=") == true)
    let either = try registry.resolve("mi-net-bag[epochs=2,layers=4,pooling=mean/attention]")
    #expect(try either.fit(bags, FitContext(seed: 1)).summary.notes["chosen"]?.hasPrefix("pooling=") == true)
    #expect(refusal("mi-net-bag[attentionUnits=8]").contains("is not a parameter of this model"))
    #expect(try registry.resolve("mi-net-instance[pooling=p-norm]").id == "mi-net-instance[pooling=p-norm]")
    #expect(refusal("mi-net-instance[pooling=max-mean]").contains("gives one number"))
  }
}
