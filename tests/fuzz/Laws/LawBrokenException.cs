namespace Diffah.Fuzz.Laws;

/// <summary>What the engine did and may not do.</summary>
/// <param name="law">The law: a word of <see cref="Law"/>.</param>
/// <param name="operation">The operation.</param>
/// <param name="detail">What was seen.</param>
/// <param name="where">The same for every input that shows the same fault.</param>
internal sealed class LawBrokenException(string law, string operation, string detail, string? where = null)
    : Exception($"{law}: {operation}: {detail}")
{
    public string LawName { get; } = law;

    /// <summary>Tells one fault from another.</summary>
    public string Fault { get; } = $"{law}: {operation}: {where ?? detail}";
}

/// <summary>The laws.</summary>
internal static class Law
{
    /// <summary>An operation succeeds, or throws a DiffahException of a row other than Internal.</summary>
    public const string Typed = "typed";

    /// <summary>Its text is capped and holds no control characters, and no secret.</summary>
    public const string Text = "text";

    /// <summary>What succeeded is at the destination, to the byte.</summary>
    public const string Exact = "exact";

    /// <summary>What failed left nothing; the work folder is empty afterwards.</summary>
    public const string Clean = "clean";

    /// <summary>Memory is bounded.</summary>
    public const string Memory = "memory";

    /// <summary>The fuzzer works. What breaks this one is to be mended there.</summary>
    public const string Own = "own";

    /// <summary>Time is bounded, and a cancellation is heard.</summary>
    public const string Time = "time";
}
