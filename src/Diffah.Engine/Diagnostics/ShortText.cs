namespace Diffah.Engine.Diagnostics;

/// <summary>Short forms of long texts, for people.</summary>
public static class ShortText
{
    private const int DigestLength = 12;
    private const int ShortestDigest = 64; // of SHA-256
    private const int MaximumListed = 50;
    private const string Shell = "/bin/sh -c ";
    private const string NoOperation = "#(nop) ";
    private const string BuildKitMark = " # buildkit";

    /// <summary>The first twelve characters after a digest's algorithm, as container tools print them.</summary>
    /// <param name="digest">The digest, <c>algorithm:hex</c>; null gives an empty text.</param>
    public static string Digest(string? digest)
    {
        var hex = digest?[(digest.IndexOf(':', StringComparison.Ordinal) + 1)..] ?? "";
        return hex.Length > DigestLength ? hex[..DigestLength] : hex;
    }

    /// <summary>The same with the algorithm: <c>sha256:0123456789ab</c>.</summary>
    /// <param name="digest">The digest, <c>algorithm:hex</c>.</param>
    public static string DigestAndAlgorithm(string digest)
    {
        ArgumentNullException.ThrowIfNull(digest);
        return digest[..(digest.IndexOf(':', StringComparison.Ordinal) + 1)] + Digest(digest);
    }

    /// <summary>
    /// A value that may be a digest, with or without its algorithm: that as <see cref="Digest"/> has it, else the
    /// value's beginning.
    /// </summary>
    /// <param name="value">The value; null gives an empty text.</param>
    /// <param name="length">The most characters that are kept of what is no digest, 0 or more.</param>
    public static string Value(string? value, int length) =>
        value is not null && IsDigest(value.AsSpan(value.IndexOf(':', StringComparison.Ordinal) + 1))
            ? Digest(value)
            : Cut(value, length);

    /// <summary>
    /// The beginning of a text that may be of any length, with an ellipsis where something is cut off.
    /// </summary>
    /// <param name="text">The text; null gives an empty one.</param>
    /// <param name="length">The most characters of it that are kept, 0 or more.</param>
    public static string Cut(string? text, int length)
    {
        if (text is null || text.Length <= length)
            return text ?? "";
        // Half of a character that takes two is none.
        return string.Concat(
            text.AsSpan(0, length > 0 && char.IsHighSurrogate(text[length - 1]) ? length - 1 : length), "…");
    }

    /// <summary>
    /// The first items of a list that may be of any length, and how many more there are: more than fifty are not read.
    /// </summary>
    /// <param name="items">The items.</param>
    /// <param name="separator">What stands between them.</param>
    internal static string List(IReadOnlyCollection<string> items, string separator = ", ")
    {
        var shown = string.Join(separator, items.Take(MaximumListed));
        return items.Count > MaximumListed ? $"{shown} and {items.Count - MaximumListed} more" : shown;
    }

    /// <summary>
    /// The build step of a layer, without the shell and BuildKit's mark, and cut at its end where it is too long:
    /// people recognise it by its beginning.
    /// </summary>
    /// <param name="createdBy">What the configuration says; null gives an empty text.</param>
    /// <param name="width">The most characters; 1 or more.</param>
    public static string BuildStep(string? createdBy, int width)
    {
        var step = createdBy ?? "";
        var isRun = step.StartsWith(Shell, StringComparison.Ordinal);
        if (isRun)
            step = step[Shell.Length..];
        if (isRun && step.StartsWith(NoOperation, StringComparison.Ordinal))
            (step, isRun) = (step[NoOperation.Length..], false);
        step = (isRun ? "RUN " : "") + step.Replace("RUN " + Shell, "RUN ", StringComparison.Ordinal).TrimStart();
        if (step.EndsWith(BuildKitMark, StringComparison.Ordinal))
            step = step[..^BuildKitMark.Length];
        return step.Length > width ? Cut(step, width - 1) : step;
    }

    private static bool IsDigest(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiHexDigitLower(c))
                return false;
        }
        return text.Length >= ShortestDigest;
    }
}
