/// The colours of figures: distinguishable with any form of colour vision, and by shape and dash in grey.
///
/// Source of the colours: M. Okabe, K. Ito, Color universal design, 2008; darkened or lightened so that each has a
/// contrast of at least 3 to 1 against its background.
enum Palette {
  /// The number of colours before they repeat.
  static let count = 6
  private static let light = ["#0072b2", "#c44f00", "#00795b", "#a6568a", "#5a5a5a", "#946c00"]
  private static let dark = ["#56b4e9", "#ff9440", "#2fc79b", "#e59ac6", "#bdbdbd", "#e6c229"]

  /// Returns the dash pattern of a series' line.
  static func dash(_ series: Int) -> String { ["", "6 3", "2 3", "8 3 2 3", "12 4", "4 2 1 2"][series % count] }

  static let styleSheet: String = {
    func rules(ink: String, faint: String, band: String, paper: String, _ colours: [String]) -> String {
      let series = colours.enumerated().map { ".s\($0){fill:\($1)}.ls\($0){stroke:\($1)}" }.joined()
      return ".i{fill:\(ink)}.li{stroke:\(ink)}.f{fill:\(faint)}.lf{stroke:\(faint)}.b{fill:\(band)}.h{fill:\(paper)}"
        + series
    }
    let day = rules(ink: "#1b1b1b", faint: "#767676", band: "#f2f2f2", paper: "#ffffff", light)
    let night = rules(ink: "#ececec", faint: "#9a9a9a", band: "#262626", paper: "#161616", dark)
    return "\(day)@media screen and (prefers-color-scheme:dark){\(night)}"
  }()
}
