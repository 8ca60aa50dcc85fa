import MILBags
import MILCatalogue
import Testing

@Suite("Made data sets by name")
struct SyntheticSetsTests {
  @Test("Every kind has a summary, parameters, and bags by its plain name", arguments: SyntheticSets.names)
  func kinds(name: String) throws {
    let request = try #require(try SyntheticSets.request(name))
    let generator = request.generator
    #expect(request.name == name && name == name.lowercased())
    #expect(!type(of: generator).summary.isEmpty)
    let parameters = try SyntheticSets.parameters(of: type(of: generator))
    #expect(parameters.contains { $0.name == "bags" } && parameters.contains { $0.name == "seed" })
    for (parameter, value) in parameters {
      #expect(try SyntheticSets.request("\(name)[\(parameter)=\(value)]")?.name == name)
    }
  }

  @Test("Canonical names are sorted and minimal, whatever the case of the kind")
  func canonical() throws {
    let text = " Synthetic/Planted-Witness[ witnessRate=0.20 , seed=7,bags=5e2, bagSize=20-20 ]"
    let request = try #require(try SyntheticSets.request(text))
    #expect(request.name == "synthetic/planted-witness[bagSize=20,bags=500,seed=7]")
    var expected = PlantedWitnessBags()
    (expected.bags, expected.bagSize, expected.seed) = (500, BagSizes(20...20), 7)
    #expect(request.generator as? PlantedWitnessBags == expected)
    #expect(try SyntheticSets.request(request.name)?.name == request.name)
    let options = "indicator=coin,minimumSize=45,part=test,variant=torchmil"
    #expect(
      try SyntheticSets.request("synthetic/single-concept[\(options)]")?.name == "synthetic/single-concept[\(options)]")
  }

  @Test("The largest seed is a seed")
  func largestSeed() throws {
    let request = try SyntheticSets.request("synthetic/false-frequency[seed=9223372036854775807]")
    #expect((request?.generator as? FalseFrequencyBags)?.sampling.seed == 9_223_372_036_854_775_807)
  }

  @Test(
    "Other names are none of ours",
    arguments: ["", "[", "musk1", "musk1[bags=3]", "synthetic", "a/b.csv", "[bags=3]"])
  func others(name: String) throws {
    #expect(try SyntheticSets.request(name) == nil)
  }

  @Test(
    "Parameters and values that a kind does not have are refused with what it has",
    arguments: [
      (
        "synthetic/planted-witness[witnesRate=0.1]",
        "parameter \"witnesRate\" is not a parameter of this data set, expected one of bagSize, bags, features, seed, "
          + "shift, witnessRate; did you mean \"witnessRate\"?"
      ),
      ("rare-cells[bagSize=9-3]", "expected a size from 1 to 16777216, or two with a hyphen between, like 5-15"),
      ("rare-cells[bagSize=0]", "expected a size from 1 to 16777216"),
      ("rare-cells[bagSize=3-4-5]", "expected a size from 1 to 16777216"),
      ("rare-cells[bags=1e9]", "parameter \"bags\" is 1000000000, expected 2 to 10000000"),
      ("rare-cells[seed=-1]", "parameter \"seed\""), ("rare-cells[seed=1.5]", "expected a whole number"),
      ("synthetic/single-concept[indicator=both]", "expected one of subtleOnly, coin"),
      ("synthetic/single-concept[part=validation]", "expected one of training, test"),
      ("synthetic/two-concepts[version=3]", "parameter \"version\" is 3, expected 1 to 2"),
      ("synthetic/two-concepts[version=2,variant=torchmil]", "is 2, expected 1 with variant=torchmil"),
      ("rare-cells[", "not a name with parameters, expected name or name[key=value,key=value]"),
      ("rare-cells[bags=2,bags=3]", "parameter \"bags\" is set twice"),
    ])
  func refusals(name: String, problem: String) {
    let error = #expect(throws: DatasetError.self) { try SyntheticSets.request(name) }
    #expect(error?.dataset == name)
    #expect(error?.problem.contains(problem) == true, "\(error?.problem ?? "")")
  }
}
