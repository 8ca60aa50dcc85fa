import MILRecords

/// The decisive instances of a bag as tables, figures and a page: a pure function of a model's values.
package struct BagExplanation: Sendable {
  /// One instance of the bag.
  package struct Instance: Sendable {
    /// The number within the bag, from 1.
    package var number: Int
    /// The weight or score.
    package var value: Double
    /// The label, 0 or 1; nil if the source has none.
    package var label: Int?
    /// The position in the bag's image; nil if the source has none.
    package var place: (x: Double, y: Double)?
    /// The instance as an image; nil if it is not one.
    package var picture: Picture?

    /// Creates an instance from its parts.
    package init(
      number: Int, value: Double, label: Int? = nil, place: (x: Double, y: Double)? = nil, picture: Picture? = nil
    ) {
      self.picture = picture
      self.number = number
      self.value = value
      self.label = label
      self.place = place
    }

    var name: String { "instance \(number)" }
  }

  /// The model's name in papers and tables.
  package var model: String
  /// The bag's name.
  package var bag: String
  /// The name of the bag's data set.
  package var dataset: String
  /// The model's prediction for the bag: its score and label.
  package var verdict: String
  /// Whether the values are weights or scores.
  package var kind: InstanceResult.Kind
  /// The instances, those with the largest values first, ties in the order of the bag.
  package let instances: [Instance]

  /// The largest number of bars.
  package static let barLimit = 40

  /// Creates an explanation from its parts; sorts the instances.
  package init(
    model: String, bag: String, dataset: String, verdict: String, kind: InstanceResult.Kind, instances: [Instance]
  ) {
    self.model = model
    self.bag = bag
    self.dataset = dataset
    self.verdict = verdict
    self.kind = kind
    self.instances = instances.sorted { ($1.value, $0.number) < ($0.value, $1.number) }
  }

  private var word: String { kind == .weights ? "weight" : "score" }
  private var hasLabels: Bool { instances.contains { $0.label != nil } }
  private var hasPlaces: Bool { instances.contains { $0.place != nil } }
  private var heading: String { "\(model) on bag \(bag) of \(dataset)" }

  /// Returns the table of the instances by rank.
  ///
  /// - Parameter limit: the largest number of rows.
  package func table(limit: Int = .max) -> ReportTable {
    var columns = [
      ReportTable.Column("rank", .right), ReportTable.Column("instance", .right), ReportTable.Column(word, .right),
    ]
    if hasLabels { columns.append(.init("label", .right)) }
    if hasPlaces { columns += [.init("x", .right), .init("y", .right)] }
    var table = ReportTable(title: heading, columns: columns)
    for (index, instance) in instances.prefix(limit).enumerated() {
      var cells = [String(index + 1), String(instance.number), Self.text(instance.value)]
      if hasLabels { cells.append(instance.label.map(String.init) ?? "") }
      if hasPlaces { cells += [instance.place?.x, instance.place?.y].map { $0.map(Scale.label) ?? "" } }
      table.append(.init(cells))
    }
    if instances.count > limit { table.notes.append("The first \(limit) of \(instances.count) instances.") }
    table.notes += [verdict, kind.explanation]
    return table
  }

  /// The columns of ``numbers``.
  static let columns = ["rank", "instance", "kind", "value", "label", "x", "y"]
  /// The first line of the CSV file of ``numbers``.
  package static let csvHeader = columns.joined(separator: ",")

  /// The table for programs, with unrounded values.
  package var numbers: ReportTable {
    var table = ReportTable(title: heading, columns: Self.columns.map { .init($0) })
    for (index, instance) in instances.enumerated() {
      table.append(
        .init([
          String(index + 1), String(instance.number), kind.rawValue, NumberText.exact(instance.value),
          NumberText.exact(instance.label), NumberText.exact(instance.place?.x), NumberText.exact(instance.place?.y),
        ]))
    }
    return table
  }

  /// The largest values as bars and, if instances have positions, all of them as a map.
  package var figures: [ReportFigure] {
    let meaning = hasLabels ? "positive instance" : nil
    let shown = instances.prefix(Self.barLimit)
    var bars = RankedBars(
      title: "\(heading): instance \(kind.rawValue)", axis: "instance \(word)",
      bars: shown.map { ($0.name, $0.value, $0.label == 1) }, meaningOfMark: meaning)
    bars.width = 170
    let part = shown.count < instances.count ? "The \(shown.count) largest of \(instances.count). " : ""
    var figures = [ReportFigure(name: "bars", svg: bars.svg, caption: part + kind.explanation)]
    let cells = instances.compactMap { instance in
      instance.place.map {
        HeatMap.Cell(x: $0.x, y: $0.y, value: instance.value, isMarked: instance.label == 1)
      }
    }
    if !cells.isEmpty {
      let map = HeatMap(
        title: "\(heading): instance \(kind.rawValue) by place", axis: "instance \(word)", cells: cells,
        meaningOfMark: meaning)
      figures.append(
        ReportFigure(
          name: "heat-map", svg: map.svg, caption: "Each instance at its place in the image. " + kind.explanation))
    }
    return patchFigures + figures
  }

  /// The patches by rank and, if they have positions, in these; empty if instances are not images.
  private var patchFigures: [ReportFigure] {
    let patches = instances.compactMap { instance in
      instance.picture.flatMap { picture in
        picture.address.map {
          PatchFigures.Patch(
            name: "\(instance.number)", value: instance.value, isMarked: instance.label == 1, place: instance.place,
            picture: picture, address: $0)
        }
      }
    }
    guard !patches.isEmpty else { return [] }
    let shown = PatchFigures(
      heading: heading, word: word, meaningOfMark: hasLabels ? "positive instance" : nil, patches: patches)
    let part =
      patches.count > Self.barLimit ? "The \(Self.barLimit) patches with the largest of \(patches.count) numbers. " : ""
    var figures = [
      ReportFigure(name: "patches", svg: shown.ranked(limit: Self.barLimit), caption: part + kind.explanation)
    ]
    if let placed = shown.placed {
      figures.append(
        ReportFigure(
          name: "patches-in-place", svg: placed,
          caption:
            "Each patch at its place in the image, the paler the smaller its number; a mark is a positive instance."
        ))
    }
    return figures
  }

  /// The page, which needs no network.
  package var page: ReportPage {
    var section = ReportPage.Section(name: dataset, title: "Bag \(bag)", tables: [table()], figures: figures)
    section.showsFiguresFirst = true
    return ReportPage(title: heading, introduction: verdict, sections: [section])
  }

  /// Returns a number with about four significant digits.
  package static func text(_ value: Double) -> String {
    NumberText.plain(value, decimals: NumberText.decimals(forLargest: value.magnitude) + 1)
  }
}
