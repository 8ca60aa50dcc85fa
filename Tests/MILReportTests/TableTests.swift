import Testing
import UserInput

@testable import MILReport

@Suite("Table renderings")
struct TableTests {
  /// A table with groups, sections, notes and text that each format must escape.
  private var sample: ReportTable {
    var table = ReportTable(
      title: "Results & more",
      columns: [
        .init("data set"), .init("model"), .init("mean", .right, group: "ours"), .init("SE", .right, group: "ours"),
        .init("n", .right),
      ])
    table.append(.init(["MUSK1", "dp_minn[iterations=1]", ".887 ± .091", ".041", "50"], beginsSection: true))
    table.append(.init(["MUSK1", "a|b, \"c\"", "not run", "−1.2", "5"]))
    table.append(.init(["FOX", "*x*", "100%"], beginsSection: true))
    table.notes = ["First: $5 < 6 #1.", "† second."]
    return table
  }

  @Test("The short form has no details, no notes and no column without a figure")
  func short() {
    var details = [
      ReportTable.Column("data set"), .init("SE", .right, group: "ours"), .init("paper"), .init("mean", .right),
    ]
    details[1].isDetail = true
    var table = ReportTable(title: "Results", columns: details)
    table.append(.init(["MUSK1", ".041", "not published", ".887"], beginsSection: true))
    table.append(.init(["FOX", ".05", "not published", "not run"], beginsSection: true))
    table.notes = ["First."]
    #expect(
      table.short.terminal == """
        Results

        data set     mean
        --------  -------
        MUSK1        .887

        FOX       not run

        """)
    #expect(sample.short.columns == sample.columns && sample.short.rows == sample.rows)
    #expect(table.columns.count == 4 && table.notes.count == 1)
  }

  @Test("Terminal text is aligned, with group headings and sections")
  func terminal() {
    #expect(
      sample.terminal == """
        Results & more

                                         ----- ours ------
        data set  model                         mean    SE   n
        --------  ---------------------  -----------  ----  --
        MUSK1     dp_minn[iterations=1]  .887 ± .091  .041  50
        MUSK1     a|b, "c"                   not run  −1.2   5

        FOX       *x*                           100%

        First: $5 < 6 #1.
        † second.

        """)
  }

  @Test("Markdown escapes what would be markup and puts groups in front of headers")
  func markdown() {
    #expect(
      sample.markdown == #"""
        **Results & more**

        | data set | model | ours: mean | ours: SE | n |
        |:---|:---|---:|---:|---:|
        | MUSK1 | dp\_minn\[iterations=1\] | .887 ± .091 | .041 | 50 |
        | MUSK1 | a\|b, "c" | not run | −1.2 | 5 |
        | FOX | \*x\* | 100% |  |  |

        - First: $5 \< 6 #1.
        - † second.

        """#)
  }

  @Test("CSV quotes commas, quotes and line breaks and ends lines with CRLF")
  func csv() {
    var table = sample
    table.append(.init(["two\r\nlines", " kept ", "", "", ""]))
    let lines = [
      "data set,model,ours: mean,ours: SE,n", "MUSK1,dp_minn[iterations=1],.887 ± .091,.041,50",
      #"MUSK1,"a|b, ""c""",not run,−1.2,5"#, "FOX,*x*,100%,,", "\"two\r\nlines\", kept ,,,", "",
    ]
    #expect(table.csv == lines.joined(separator: "\r\n"))
  }

  @Test("CSV has an apostrophe before what a spreadsheet would run, inside the quotes")
  func formulas() {
    var table = ReportTable(title: "", columns: [.init("name"), .init("value")])
    table.append(.init(["=HYPERLINK(\"a\",1)", "-1.5"]))
    table.append(.init(["-x", "+"]))
    #expect(table.csv == "name,value\r\n\"'=HYPERLINK(\"\"a\"\",1)\",-1.5\r\n'-x,+\r\n")
  }

  @Test("Control characters of names reach no rendering, and names stay distinct")
  func controlCharacters() {
    var table = ReportTable(title: "a\u{1}", columns: [.init("b\u{1B}[2J")])
    table.append(.init(["c\u{0}\u{7F}\u{9B}"]))
    table.notes = ["d\u{8}"]
    for text in [table.terminal, table.markdown, table.latex, table.html] {
      let isClean = text.unicodeScalars.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control }
      // Markdown and LaTeX escape the bracket.
      #expect(isClean && text.contains("c\u{2400}\u{2421}") && text.contains("U+009B"), "\(text.debugDescription)")
    }
    #expect(table.csv == "b\u{241B}[2J\r\nc\u{2400}\u{2421}[U+009B]\r\n")
    var drawing = Drawing(width: 10, height: 10, title: "e\u{C}")
    drawing.text("f\u{1F}", 1, 1)
    #expect(drawing.svg.contains("e\u{240C}") && drawing.svg.contains("f\u{241F}"))
    #expect(drawing.svg.unicodeScalars.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control })
  }

  @Test("LaTeX has booktabs rules, spanned groups and escapes")
  func latex() {
    #expect(
      sample.latex == ##"""
        \begin{table}
          \centering
          \caption{Results \& more}
          \begin{tabular}{llrrr}
            \toprule
             &  & \multicolumn{2}{c}{ours} &  \\
            \cmidrule(lr){3-4}
            data set & model & mean & SE & n \\
            \midrule
            MUSK1 & dp\_minn{[}iterations=1{]} & .887 $\pm$ .091 & .041 & 50 \\
            MUSK1 & a|b, "c" & not run & $-$1.2 & 5 \\
            \midrule
            FOX & {*}x{*} & 100\% &  &  \\
            \bottomrule
          \end{tabular}

          \smallskip
          \begin{minipage}{\linewidth}\footnotesize
            First: \$5 $<$ 6 \#1.

            $^\dagger$ second.
          \end{minipage}
        \end{table}

        """##)
  }

  @Test("A table without title, groups and notes is header and rows alone")
  func bare() {
    var table = ReportTable(title: "", columns: [.init("a"), .init("b", .right)])
    table.append(.init(["x", "1", "surplus"]))
    #expect(table.terminal == "a  b\n-  -\nx  1\n")
    #expect(table.markdown == "| a | b |\n|:---|---:|\n| x | 1 |\n")
    #expect(!table.latex.contains("caption") && !table.latex.contains("cmidrule"))
  }

  @Test("Wide characters take two terminal columns, combining marks none, line breaks become spaces")
  func width() {
    var table = ReportTable(title: "", columns: [.init("名前"), .init("n", .right)])
    table.append(.init(["e\u{301}t\ne\u{301}", "10"]))
    #expect(table.terminal == "名前   n\n----  --\ne\u{301}t e\u{301}  10\n")
  }

  @Test("A group heading wider than its columns widens the last of them")
  func wideGroup() {
    var table = ReportTable(title: "", columns: [.init("a", .left, group: "heading"), .init("b", .left), .init("c")])
    table.append(.init(["1", "2", "3"]))
    #expect(table.terminal == "heading\na        b  c\n-------  -  -\n1        2  3\n")
  }

  @Test("Long titles and notes are wrapped in the terminal at 80 columns or the table's width")
  func wrapping() {
    var table = ReportTable(title: String(repeating: "word ", count: 20), columns: [.init("a")])
    table.notes = [String(repeating: "note ", count: 17)]
    let lines = table.terminal.split(separator: "\n", omittingEmptySubsequences: false).map(\.count)
    #expect(lines == [79, 19, 0, 1, 1, 0, 79, 4, 0])
  }

  @Test("Columns that have no room in a terminal follow below, after the names of the rows")
  func narrowTerminal() {
    var table = ReportTable(
      title: "Means of models", columns: [.init("set"), .init("model"), .init("mean", .right), .init("SE", .right)])
    table.append(.init(["MUSK1", "MI-Net", ".887", ".041"]))
    table.append(.init(["FOX", "MI-Net", ".62", "not run"]))
    table.notes = ["A note of some words."]
    #expect(table.terminal(within: nil) == table.terminal)
    #expect(
      table.terminal(within: 20) == """
        Means of models

        set    model   mean
        -----  ------  ----
        MUSK1  MI-Net  .887
        FOX    MI-Net   .62

        set    model        SE
        -----  ------  -------
        MUSK1  MI-Net     .041
        FOX    MI-Net  not run

        A note of some
        words.

        """)
    let lines = table.terminal(within: 34).split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[2] == "set    model   mean       SE" && lines.allSatisfy { $0.count <= 34 })
  }

  @Test("The best cells and the notes have styles, which take no room, in parts of a narrow table, too")
  func styles() {
    var table = ReportTable(
      title: "Means", columns: [.init("set"), .init("model"), .init("mean", .right), .init("SE", .right)])
    table.append(.init(["MUSK1", "MI-Net", ".887", ".041"], best: [1, 3]))
    table.append(.init(["FOX", "mi-Net", ".620", ".039"], best: [2]))
    table.notes = ["A note."]
    for width in [nil, 20, 80] {
      let styled = table.styled(within: width)
      #expect(styled.plain == table.terminal(within: width))
      let best = styled.parts.filter { $0.style == .best }.map(\.text)
      #expect(best == (width == 20 ? ["MI-Net", ".620", "MI-Net", ".041"] : ["MI-Net", ".041", ".620"]))
      #expect(styled.parts.filter { $0.style == .note }.map(\.text) == ["A note."])
    }
    #expect(table.short.styled(within: nil).parts.count { $0.style == .best } == 3)
    #expect(!table.markdown.contains("\u{1B}") && !table.csv.contains("\u{1B}"))
  }

  @Test("A matrix of many models has at most the terminal's width, and every cell")
  func narrowMatrix() {
    let models = (1...21).map { "\($0)" }
    var table = ReportTable(
      title: "", columns: [.init("place"), .init("model")] + models.map { .init($0, .right) })
    for model in models { table.append(.init([model, "Model \(model)"] + models.map { $0 == model ? "–" : "2/1/2" })) }
    for width in [24, 80, 120, 200] {
      let text = table.terminal(within: width)
      #expect(text.split(separator: "\n").allSatisfy { $0.count <= width })
      #expect(text.split(whereSeparator: \.isWhitespace).count { $0 == "2/1/2" } == 21 * 20)
    }
  }
}
