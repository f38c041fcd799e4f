using Diffah.Engine.Images;

namespace Diffah.Engine.Deltas.Making;

/// <summary>One image to make a delta for.</summary>
/// <param name="Name">Its name in the archive.</param>
/// <param name="Baseline">The image the other side has.</param>
/// <param name="Target">The image the other side is to get.</param>
internal sealed record DeltaInput(string Name, DeltaBaseline Baseline, Image Target);
