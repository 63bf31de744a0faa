/// A text in the template language, read once and rendered many times.
package struct Template: Sendable {
    /// What becomes of words that Liquid does not know.
    package enum Dialect: Sendable {
        /// They are errors.
        case strict
        /// As in Ruby by default, unknown filters do nothing, and unknown words in a `for` are not read.
        case lax
    }

    private let program: Program

    /// Reads a template; its name stands in errors.
    package init(
        _ source: String, name: String = "template", dialect: Dialect = .strict, limits: Limits = Limits()
    ) throws(LiquidError) {
        let bytes = Array(source.utf8)
        var compiler = Compiler(bytes, dialect: dialect, limits: limits)
        do throws(Misread) {
            try compiler.compile()
        } catch {
            throw LiquidError(error.fault, at: error.place, in: bytes, of: name)
        }
        program = Program(
            name: name, source: bytes, instructions: compiler.instructions, scope: compiler.scope, limits: limits)
    }

    /// The name.
    package var name: String { program.name }

    /// The variables that it reads from outside, in the order of their first use.
    ///
    /// A name that only brackets around another variable yield is not among them.
    package var variables: [String] { program.variables }

    /// Appends the text to what a buffer holds; after an error the buffer is as it was.
    package func render(into output: inout [UInt8], _ context: RenderContext) throws(LiquidError) {
        var renderer = Renderer(program, context)
        try renderer.render(into: &output)
    }

    /// The text.
    package func render(_ context: RenderContext) throws(LiquidError) -> String {
        var output: [UInt8] = []
        try render(into: &output, context)
        return String(decoding: output, as: UTF8.self)
    }
}
