import MILRecords

/// The pages of an experiment: its tables and figures, and its statistics on a separate page.
struct ExperimentPages {
  private let contents: SiteContents
  private let study: SiteStudy

  init(_ contents: SiteContents, _ study: SiteStudy) { (self.contents, self.study) = (contents, study) }

  var pages: [Site.Page] {
    guard let path = contents.path("experiments", study.name) else { return [] }
    let statisticsPath = "\(path.dropLast(5))~statistics.html"
    let root = PageFrame.root(of: path)
    let own = contents.cells.filter { $0.study == study.name }
    var blocks = [PageBlock.html("<p><code>\(study.name.escapedForXML())</code></p>")]
    if !study.statistics.isEmpty {
      blocks.append(
        .links([("Statistics: ranks, wins and ties, pairs", root + statisticsPath.asAddress)], label: "Statistics"))
    }
    blocks += study.tables.map { .table(PageTable($0)) }
    if !study.figures.isEmpty { blocks.append(.heading("Figures")) }
    blocks += study.figures.map { .html(figure($0, root: root)) }
    func links(_ folder: String, _ names: [String], _ title: (String) -> String) -> [(text: String, address: String)] {
      names.compactMap { name in contents.address(folder, name, from: path).map { (title(name), $0) } }
    }
    let datasets = Set(own.map(\.dataset)), models = Set(own.map(\.baseModel))
    if !own.isEmpty {
      blocks += [
        .heading("Data sets"),
        .links(
          links("datasets", contents.datasets.filter(datasets.contains), contents.title(ofDataset:)), label: "Data sets"
        ),
        .heading("Models"),
        .links(links("models", contents.models.filter(models.contains), contents.title(ofModel:)), label: "Models"),
      ]
    }
    let main = contents.pages(path, study.title, blocks)
    guard !study.statistics.isEmpty else { return main }
    let back = PageBlock.links([(study.title, root + path.asAddress)], label: "Experiment")
    return main
      + contents.pages(
        statisticsPath, "\(study.title): statistics", [back] + study.statistics.map { .table(PageTable($0)) })
  }

  /// Returns the HTML of a figure, which is a file in the experiment's folder, with its caption.
  private func figure(_ figure: ReportFigure, root: String) -> String {
    let source = root + "\(study.name)/figures/\(figure.name).svg".asAddress
    let caption = figure.caption
    let alternative = caption.split(separator: ". ", maxSplits: 1).first.map(String.init) ?? figure.name
    return
      "<figure id=\"\(figure.name.escapedForXML())\"><div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\""
      + "Figure\"><img loading=\"lazy\" src=\"\(source.escapedForXML())\" alt=\"Figure: \(alternative.escapedForXML())\">"
      + "</div><figcaption>\(caption.escapedForXML())</figcaption></figure>"
  }
}
