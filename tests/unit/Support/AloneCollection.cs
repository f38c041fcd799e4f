namespace Diffah.Tests.Support;

/// <summary>Tests that measure the memory of the whole process run when no others do.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
