using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Deltas.Routing;

/// <summary>What a way to an image costs.</summary>
/// <param name="Bytes">Bytes that are fetched.</param>
/// <param name="Requests">Requests that fetch them.</param>
internal readonly record struct RouteCost(long Bytes, int Requests) : IComparable<RouteCost>
{
    /// <summary>
    /// What a request counts as, in bytes: its headers and the answer's, which no size of a blob says, and the wait for
    /// it.
    /// </summary>
    public const int BytesPerRequest = 4096;

    /// <summary>What ways are compared by.</summary>
    public long Weight => ByteSize.Sum([Bytes, (long)Requests * BytesPerRequest]);

    /// <summary>Adds what is fetched besides.</summary>
    /// <param name="left">The one.</param>
    /// <param name="right">The other.</param>
    public static RouteCost operator +(RouteCost left, RouteCost right) =>
        new(ByteSize.Sum([left.Bytes, right.Bytes]), left.Requests + right.Requests);

    /// <inheritdoc/>
    public int CompareTo(RouteCost other) =>
        (Weight, Bytes, Requests).CompareTo((other.Weight, other.Bytes, other.Requests));
}
