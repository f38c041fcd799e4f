namespace Diffah.Tests.Support.SecondReader;

/// <summary>A field of the old file.</summary>
/// <param name="At">Where it begins.</param>
/// <param name="Width">Its bytes.</param>
/// <param name="Predict">What it becomes at a place of the new file; nothing where the old bytes stand.</param>
/// <param name="Learn">The old address that it means, and what its new value at a place means; null where nothing is
/// learned.</param>
internal sealed record OldField(int At, int Width, Func<long, ulong?> Predict, FieldLesson? Learn = null)
{
    /// <summary>Where nothing is learned although it is predicted.</summary>
    public Func<long, bool> IsTaught { get; init; } = _ => false;
}

/// <summary>How a field tells what became of an address.</summary>
/// <param name="Old">The address in the old file.</param>
/// <param name="Target">The address that the made field means, by the file so far and the field's place.</param>
internal sealed record FieldLesson(ulong Old, Func<byte[], long, ulong?> Target);
