import MILExperiments
import MILRecords

/// The results of all experiments as pages that need no network.
///
/// There is a leaderboard, and a page for each data set, model, paper and experiment. A pure function of the reports
/// and of the notes about models and data sets.
package struct Site: Sendable {
  /// A page.
  package struct Page: Sendable, Equatable {
    /// The path below the folder of results, for example `datasets/musk1.html`.
    package let path: String
    /// The text.
    package let html: String
  }

  /// The path of the first page.
  package static let indexPath = "index.html"
  /// The path of the first page's figure of time and quality.
  package static let figurePath = "leaderboard.svg"
  /// The folders of the other pages.
  package static let folders = ["datasets", "experiments", "models", "papers"]
  /// The beginning of every page, by which a page of a site is recognised.
  package static var beginning: String { PageFrame.beginning }
  /// The limit in bytes for tables and figures of a page, so that no page is above 500,000.
  static let pageBudget = 440_000

  /// The first page, then the others by folder; if only some experiments changed, the pages that include them.
  package let pages: [Page]
  /// The first page's figure of time and quality; nil for fewer than two models.
  package let figure: ReportFigure?
  /// The paths, without extension, of pages that include no changed experiment; each may have several parts.
  private let unchanged: Set<String>

  /// Creates the pages of experiments.
  ///
  /// - Parameters:
  ///   - studies: the experiments, in the order of the list.
  ///   - notes: the information about models and data sets that is not in journals.
  ///   - changed: the names of changed experiments; nil for all pages. Their pages are made, and those of their data
  ///     sets, of their papers and of all models on these sets. Tables and figures of other experiments are not
  ///     computed.
  package init(_ studies: [SiteStudy], notes: SiteNotes = SiteNotes(), changed: Set<String>? = nil) {
    let contents = SiteContents(studies, notes)
    let sets = Set(contents.cells.filter { changed?.contains($0.study) ?? true }.map(\.dataset))
    let models = Set(contents.cells.filter { sets.contains($0.dataset) }.map(\.baseModel))
    let isChanged = { (study: SiteStudy) in changed?.contains(study.name) ?? true }
    let isPaperChanged = { (paper: SitePaper) in changed.map { !$0.isDisjoint(with: paper.studies) } ?? true }
    let index = IndexPage(contents)
    figure = index.figure
    pages =
      index.pages + contents.datasets.filter(sets.contains).flatMap { DatasetPage(contents, $0).pages }
      + studies.filter(isChanged).flatMap { ExperimentPages(contents, $0).pages }
      + contents.models.filter(models.contains).flatMap { ModelPage(contents, $0).pages }
      + contents.papers.filter(isPaperChanged).flatMap { PaperPage(contents, $0).pages }
    let others: [(folder: String, names: [String])] = [
      ("datasets", contents.datasets.filter { !sets.contains($0) }),
      ("experiments", studies.filter { !isChanged($0) }.map(\.name)),
      ("models", contents.models.filter { !models.contains($0) }),
      ("papers", contents.papers.filter { !isPaperChanged($0) }.map(\.key)),
    ]
    unchanged = Set(
      others.flatMap { folder, names in names.compactMap { contents.path(folder, $0)?.dropLast(5) } }.map { String($0) }
    )
  }

  /// Returns whether a page that was not made here stays as it is, since it includes no changed experiment.
  package func keeps(_ path: String) -> Bool {
    path.hasSuffix(".html") && unchanged.contains(String(path.dropLast(5).prefix { $0 != "~" }))
  }

  /// Returns the path of each experiment's page, given all experiments with pages.
  package static func paths(ofExperiments names: [String]) -> [String: String] {
    let files = SiteFileNames(names)
    return names.reduce(into: [:]) { paths, name in paths[name] = files[name].map { "experiments/\($0).html" } }
  }
}

/// The content of all pages of a site: cells, boards, names of files.
struct SiteContents: Sendable {
  let studies: [SiteStudy]
  let notes: SiteNotes
  /// The cells with a figure, in the order of the experiments.
  let cells: [SiteCell]
  /// The boards, by data set.
  let boards: [SiteBoard]
  /// The data sets with results: the leading ones first, the others by name.
  let datasets: [String]
  /// The ids of models with results, without parameters, by title.
  let models: [String]
  /// The kinds of data, by the names of data sets.
  let domains: [String: String]
  /// The papers with published figures, in the order of the experiments.
  let papers: [SitePaper]
  /// Whether the user's own runs exist in addition to reference runs.
  let hasSeveralRuns: Bool
  /// Whether trials of any experiment were run again with the same bits.
  let hasRepeatedTrials: Bool
  private let files: [String: SiteFileNames]

  init(_ studies: [SiteStudy], _ notes: SiteNotes) {
    (self.studies, self.notes) = (studies, notes)
    let cells = SiteCell.all(in: studies)
    self.cells = cells
    boards = SiteBoard.boards(cells)
    papers = SitePaper.all(in: studies)
    domains = studies.flatMap(\.runs).reduce(into: [:]) { domains, run in
      domains.merge(run.run.comparison.domains) { first, _ in first }
    }
    hasSeveralRuns = Set(cells.map(\.run)).count > 1
    hasRepeatedTrials = cells.contains { $0.repeated > 0 }
    let known = Set(cells.map(\.dataset))
    let leading = notes.leading.filter(known.contains)
    datasets = leading + known.subtracting(leading).sorted()
    let titles = Dictionary(cells.map { ($0.baseModel, Self.title(of: $0.baseModel, cells, notes)) }) { first, _ in
      first
    }
    models = titles.sorted { ($0.value.lowercased(), $0.key) < ($1.value.lowercased(), $1.key) }.map(\.key)
    files = [
      "datasets": SiteFileNames(datasets), "models": SiteFileNames(models),
      "experiments": SiteFileNames(studies.map(\.name)), "papers": SiteFileNames(papers.map(\.key)),
    ]
  }

  /// The leading data sets, or all if none of these was run.
  var leading: [String] {
    let found = notes.leading.filter(datasets.contains)
    return found.isEmpty ? datasets : found
  }

  /// Returns the boards of a data set.
  func boards(of dataset: String) -> [SiteBoard] { boards.filter { $0.dataset == dataset } }

  /// Returns the title of a data set.
  func title(ofDataset name: String) -> String {
    let printed = boards(of: name).map(\.title).first { $0 != name }
    return printed ?? (name.contains("[") ? nil : notes.datasets[name]?.title) ?? name
  }

  /// Returns the title of a model regardless of its parameters.
  func title(ofModel id: String) -> String { Self.title(of: id, cells, notes) }

  private static func title(of id: String, _ cells: [SiteCell], _ notes: SiteNotes) -> String {
    let own = cells.filter { $0.baseModel == id }
    return notes.models[id]?.title ?? own.lazy.flatMap(\.records).compactMap(\.family).first
      ?? own.first { $0.row.key.model == id }?.label ?? id
  }

  /// Returns the path of a page, such as that of a data set, below the folder of results; nil if there is none.
  func path(_ folder: String, _ name: String) -> String? { files[folder]?[name].map { "\(folder)/\($0).html" } }

  /// Returns the address of a page relative to another one; nil if there is none.
  func address(_ folder: String, _ name: String, from page: String) -> String? {
    path(folder, name).map { PageFrame.root(of: page) + $0.asAddress }
  }

  /// Returns the pages of blocks: the first at a path, the others numbered, each with links to all.
  func pages(_ path: String, _ title: String, _ blocks: [PageBlock]) -> [Site.Page] {
    let parts = PageBlock.pages(blocks)
    let stem = String(path.dropLast(5))
    let paths = parts.indices.map { $0 == 0 ? path : "\(stem)~\($0 + 1).html" }
    let root = PageFrame.root(of: path)
    return zip(paths, parts).enumerated().map { index, page in
      let others = paths.enumerated().filter { $0.offset != index }.map {
        (text: "Part \($0.offset + 1)", address: root + $0.element.asAddress)
      }
      var content = page.1
      if case .html(let links) = PageBlock.links(others, label: "Parts"), !others.isEmpty { content.append(links) }
      let heading = index == 0 ? title : "\(title), part \(index + 1)"
      return Site.Page(path: page.0, html: PageFrame(path: page.0, title: heading).html(content))
    }
  }
}
