import MILModels

/// The contracts on registrations and their parameters.
extension ModelContract {
  static let configuration = [
    ModelContract("The model has a title of its own, a summary and a source", descriptions),
    ModelContract("The parameters of papers are parameters that the model can take", published),
    ModelContract("An id names a configuration and the configuration gives back the id", roundTrip),
    ModelContract("Ids that differ by case only are one model", caseOfIds),
  ]

  @Sendable private static func descriptions(_ model: ModelUnderTest) throws {
    let registration = model.registration
    let sharing = model.registry.registrations.filter { $0.title == registration.title }.map(\.id)
    try require(sharing.count == 1, "\(sharing.joined(separator: " and ")) have one title, \(registration.title)")
    for (name, text) in [
      ("summary", registration.summary), ("source", registration.citation), ("recipe", registration.published.note),
    ] {
      try require(!text.allSatisfy(\.isWhitespace), "no \(name)")
    }
  }

  @Sendable private static func published(_ model: ModelUnderTest) throws {
    for (dataset, parameters) in model.registration.published.parameters {
      let resolved = try model.registry.resolve(model.registration.id, base: parameters)
      try require(resolved.id == model.registration.id, "\(dataset): the recipe gives \(resolved.id)")
    }
  }

  @Sendable private static func roundTrip(_ model: ModelUnderTest) throws {
    let (id, registry) = (model.registration.id, model.registry)
    let plain = try registry.resolve(id)
    try require(plain.id == id, "\(id) resolves to \(plain.id)")
    for (name, value) in model.registration.parameters {
      // A default is written only if a recipe would replace it.
      let isInRecipe = model.registration.published.parameters.values.contains { $0[name] != nil }
      let expected = isInRecipe ? "\(id)[\(name)=\(value)]" : id
      let found = try registry.resolve("\(id)[\(name)=\(value)]").id
      try require(found == expected, "\(id)[\(name)=\(value)] resolves to \(found), expected \(expected)")
      guard let changed = alternative(of: name, value, in: model) else {
        throw ContractViolation("no other value for \(name) than \(value) was found")
      }
      try require(
        changed.id.hasPrefix("\(id)[\(name)=") && changed.id.hasSuffix("]"), "another \(name) gives \(changed.id)")
      let again = try registry.resolve(changed.id)
      try require(again.id == changed.id, "\(changed.id) resolves to \(again.id)")
      try require(again.configuration == changed.configuration, "\(changed.id) names two configurations")
      try require(changed.configuration != plain.configuration, "\(changed.id) has the configuration of \(id)")
      let configurations = (again.model, changed.model, plain.model)
      try require(configurations.0.isEqual(to: configurations.1), "\(changed.id) is made in two ways")
      try require(!configurations.0.isEqual(to: configurations.2), "\(name) is read and not kept")
    }
  }

  /// Returns the model with another value of one parameter.
  private static func alternative(of name: String, _ value: String, in model: ModelUnderTest) -> ResolvedModel? {
    var candidates = model.registration.choices[name] ?? ["true", "false", "5-4", "0.5"]
    if let number = Double(value) {
      candidates = [number + 1, number * 2, number / 2, number / 2 + 0.125].map {
        $0 == $0.rounded() ? "\(Int($0))" : "\($0)"
      }
    }
    return candidates.filter { $0 != value }.lazy
      .compactMap { try? model.registry.resolve("\(model.registration.id)[\(name)=\($0)]") }.first
  }

  @Sendable private static func caseOfIds(_ model: ModelUnderTest) throws {
    let id = model.registration.id
    for written in [id.uppercased(), id.prefix(1).uppercased() + id.dropFirst()] {
      let found = try model.registry.resolve(written).id
      try require(found == id, "\(written) resolves to \(found), expected \(id)")
    }
  }
}

extension Model {
  /// Whether another configuration is of this type and equal.
  fileprivate func isEqual(to other: any Model) -> Bool { (other as? Self) == self }
}
