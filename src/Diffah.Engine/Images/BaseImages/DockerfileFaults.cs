using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Images.BaseImages;

/// <summary>What can be wrong with a Dockerfile, each told with the file and the line.</summary>
/// <param name="path">Absolute path of the file.</param>
internal sealed class DockerfileFaults(string path)
{
    // What is quoted of a file, so that the rule behind it is still read.
    private const int MaximumQuoted = 200;

    /// <summary>A place in the file, for a sentence.</summary>
    /// <param name="line">The line, from 1.</param>
    public string Place(int line) => $"line {line} of '{path}'";

    /// <summary>A rule is broken in a line.</summary>
    /// <param name="line">The line, from 1.</param>
    /// <param name="rule">What is wrong, without a full stop.</param>
    /// <param name="nextAction">What to do; null is the row's own.</param>
    public DiffahException At(int line, string rule, string? nextAction = null) =>
        new(DiffahErrors.DockerfileInvalid, $"'{path}', line {line}: {rule}.", nextAction);

    /// <summary>A rule is broken by the file as a whole.</summary>
    /// <param name="rule">The rest of a sentence that begins with the file, without a full stop.</param>
    public DiffahException Whole(string rule) => new(DiffahErrors.DockerfileInvalid, $"'{path}' {rule}.");

    /// <summary>The file builds on nothing.</summary>
    /// <param name="line">The line of the FROM that says so.</param>
    public DiffahException Scratch(int line) => new(DiffahErrors.BaselineUnknown,
        $"'{path}', line {line}: the image is built FROM scratch, so there is no image below it to be the baseline.");

    /// <summary>Text of the file as far as it fits into a message.</summary>
    public static string Quoted(string text) => $"'{ShortText.Cut(text, MaximumQuoted)}'";
}
