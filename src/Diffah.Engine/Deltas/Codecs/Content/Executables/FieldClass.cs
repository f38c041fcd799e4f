namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>The classes of fields in a <see cref="FieldList"/>.</summary>
internal static class FieldClass
{
    /// <summary>Four bytes that count from the field to an address.</summary>
    public const byte Relative = 1;

    /// <summary>The same, to the begin of a function: later fields may learn from it.</summary>
    public const byte FunctionBegin = 2;

    /// <summary>Four bytes behind a function's begin: its length.</summary>
    public const byte FunctionLength = 3;

    /// <summary>Four bytes that count from a place in the file back to the field.</summary>
    public const byte RecordBefore = 4;

    /// <summary>Four bytes that count from base 0 of the list; the next class counts from base 1, and so on.</summary>
    public const byte FirstOffset = 16;
}
